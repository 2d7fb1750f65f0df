import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { button } from '../layout/parts.ts';

/** Follows the confirmation of the address: the account is open. */
export const WelcomeMail = defineMail(
  'welcome',
  { sample: { first_name: 'Ann' } },
  (data: { first_name: string }, { t, brand, home, greetable }) => ({
    subject: t.welcome.subject(brand.name),
    html: html`
      <h1>${t.welcome.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.welcome.intro(brand.name)}</p>
      ${home !== undefined && button(home, t.openApp(brand.name))}
      <p>${t.welcome.security}</p>`,
  }),
);
