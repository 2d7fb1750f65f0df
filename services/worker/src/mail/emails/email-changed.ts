import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { facts } from '../layout/parts.ts';

/** To the old address, once the new one (`email`) is in force: the last word that its owner gets there. */
export const EmailChangedMail = defineMail(
  'email-changed',
  { sample: { first_name: 'Ann', email: 'ann.miller@example.net' } },
  (data: { first_name: string; email: string }, { t, brand, greetable }) => ({
    subject: t.emailChanged.subject(brand.name),
    html: html`
      <h1>${t.emailChanged.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.emailChanged.intro(brand.name)}</p>
      ${facts([{ label: t.labels.newAddress, value: data.email, direction: 'ltr' }])}
      <p>${t.emailChanged.effect}</p>
      <p>${t.contactUs(brand.name, brand.supportAddress)}</p>`,
  }),
);
