import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { type Origin, originFacts, sampleOrigin } from './origin-facts.ts';

/** Somebody who knows the password guesses at codes (ASVS 5.0, 6.3.5: notify of suspicious authentication attempts). */
export const TwoFactorLockedMail = defineMail(
  'two-factor-locked',
  { security: true, sample: { first_name: 'Ann', ...sampleOrigin } },
  (data: { first_name: string } & Origin, { t, brand, greetable, formatDate }) => ({
    subject: t.twoFactorLocked.subject(brand.name),
    html: html`
      <h1>${t.twoFactorLocked.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.twoFactorLocked.intro}</p>
      ${originFacts(data, { t, formatDate })}
      <p>${t.twoFactorLocked.recovery}</p>
      <p>${t.secureYourAccount}</p>`,
  }),
);
