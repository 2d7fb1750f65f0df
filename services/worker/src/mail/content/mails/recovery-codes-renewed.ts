import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { type Origin, originFacts, sampleOrigin } from './origin-facts.ts';

/** New recovery codes replaced the old ones (ASVS 5.0, 6.3.7: notify of changed sign-in details). */
export const RecoveryCodesRenewedMail = defineMail(
  'recovery-codes-renewed',
  { security: true, sample: { first_name: 'Ann', ...sampleOrigin } },
  (data: { first_name: string } & Origin, { t, brand, greetable, formatDate }) => ({
    subject: t.recoveryCodesRenewed.subject(brand.name),
    html: html`
      <h1>${t.recoveryCodesRenewed.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.recoveryCodesRenewed.intro}</p>
      ${originFacts(data, { t, formatDate })}
      <p>${t.twoFactorEnabled.recovery}</p>
      <p>${t.secureYourAccount} ${t.recoveryCodesRenewed.renewCodes}</p>`,
  }),
);
