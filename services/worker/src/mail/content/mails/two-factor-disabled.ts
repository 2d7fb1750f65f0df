import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { type Origin, originFacts, sampleOrigin } from './origin-facts.ts';

/** The second factor was removed (ASVS 5.0, 6.3.7: notify of changed sign-in details). */
export const TwoFactorDisabledMail = defineMail(
  'two-factor-disabled',
  { security: true, sample: { first_name: 'Ann', ...sampleOrigin } },
  (data: { first_name: string } & Origin, { t, brand, greetable, formatDate }) => ({
    subject: t.twoFactorDisabled.subject(brand.name),
    html: html`
      <h1>${t.twoFactorDisabled.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.twoFactorDisabled.intro}</p>
      ${originFacts(data, { t, formatDate })}
      <p>${t.secureYourAccount}</p>`,
  }),
);
