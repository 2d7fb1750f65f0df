import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { button } from '../layout/parts.ts';

/** An administrator opened the account again. */
export const AccountEnabledMail = defineMail(
  'account-enabled',
  { security: true, sample: { first_name: 'Ann' } },
  (data: { first_name: string }, { t, brand, home, greetable }) => ({
    subject: t.accountEnabled.subject(brand.name),
    html: html`
      <h1>${t.accountEnabled.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.accountEnabled.intro}</p>
      ${home !== undefined && button(home, t.openApp(brand.name))}`,
  }),
);
