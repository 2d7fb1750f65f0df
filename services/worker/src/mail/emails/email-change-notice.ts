import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { facts } from '../layout/parts.ts';

/** To the old address, while its owner can still stop the change. */
export const EmailChangeNoticeMail = defineMail(
  'email-change-notice',
  { sample: { first_name: 'Ann', new_email: 'ann.miller@example.net' } },
  (data: { first_name: string; new_email: string }, { t, brand, greetable }) => ({
    subject: t.emailChangeNotice.subject(brand.name),
    html: html`
      <h1>${t.emailChangeNotice.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.emailChangeNotice.intro}</p>
      ${facts([{ label: t.labels.newAddress, value: data.new_email, direction: 'ltr' }])}
      <p>${t.emailChangeNotice.effect}</p>
      <p>${t.secureYourAccount}</p>`,
  }),
);
