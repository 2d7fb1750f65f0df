import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { withMailLink } from '../layout/parts.ts';

/** The account and its data are gone. After this mail the worker forgets the address as well. */
export const AccountErasedMail = defineMail(
  'account-erased',
  { security: true, sample: { first_name: 'Ann' } },
  (data: { first_name: string }, { t, brand, greetable }) => ({
    subject: t.accountErased.subject(brand.name),
    html: html`
      <h1>${t.accountErased.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.accountErased.intro(brand.name)}</p>
      <p>${t.accountErased.last}</p>
      <p data-style="note">${withMailLink(t.contactUs(brand.name, brand.supportAddress), brand.supportAddress)}</p>`,
  }),
);
