import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { withMailLink } from '../layout/parts.ts';
import { type Origin, originFacts, sampleOrigin } from './origin-facts.ts';

/** A second factor was set up (ASVS 5.0, 6.3.7: notify of changed sign-in details). */
export const TwoFactorEnabledMail = defineMail(
  'two-factor-enabled',
  { security: true, sample: { first_name: 'Ann', ...sampleOrigin } },
  (data: { first_name: string } & Origin, { t, brand, greetable, formatDate }) => ({
    subject: t.twoFactorEnabled.subject(brand.name),
    html: html`
      <h1>${t.twoFactorEnabled.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.twoFactorEnabled.intro}</p>
      ${originFacts(data, { t, formatDate })}
      <p>${t.twoFactorEnabled.recovery}</p>
      <p>${t.secureYourAccount}</p>
      <p>${withMailLink(t.twoFactorEnabled.stillOn(brand.name, brand.supportAddress), brand.supportAddress)}</p>`,
  }),
);
