import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { withMailLink } from '../layout/parts.ts';

/** An administrator removed the second factor (ASVS 5.0, 6.3.7: notify of changed sign-in details). */
export const TwoFactorRemovedMail = defineMail(
  'two-factor-removed',
  { security: true, sample: { first_name: 'Ann' } },
  (data: { first_name: string }, { t, brand, greetable }) => ({
    subject: t.twoFactorDisabled.subject(brand.name),
    html: html`
      <h1>${t.twoFactorDisabled.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.twoFactorRemoved.intro}</p>
      <p>${t.twoFactorRemoved.next}</p>
      <p>${withMailLink(t.contactUs(brand.name, brand.supportAddress), brand.supportAddress)}</p>`,
  }),
);
