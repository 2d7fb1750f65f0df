import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { withMailLink } from '../layout/parts.ts';

/** An administrator closed the account to its owner. */
export const AccountDisabledMail = defineMail(
  'account-disabled',
  { security: true, sample: { first_name: 'Ann' } },
  (data: { first_name: string }, { t, brand, greetable }) => ({
    subject: t.accountDisabled.subject(brand.name),
    html: html`
      <h1>${t.accountDisabled.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.accountDisabled.intro}</p>
      <p>${withMailLink(t.contactUs(brand.name, brand.supportAddress), brand.supportAddress)}</p>`,
  }),
);
