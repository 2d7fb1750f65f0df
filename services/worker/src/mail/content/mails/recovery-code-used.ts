import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { type Origin, originFacts, sampleOrigin } from './origin-facts.ts';

/** A recovery code stood for the second factor, at a sign-in or a confirmation (NIST SP 800-63B-4, 4.6: notify of account recovery). */
export const RecoveryCodeUsedMail = defineMail(
  'recovery-code-used',
  { security: true, sample: { first_name: 'Ann', ...sampleOrigin } },
  (data: { first_name: string } & Origin, { t, brand, greetable, formatDate }) => ({
    subject: t.recoveryCodeUsed.subject(brand.name),
    html: html`
      <h1>${t.recoveryCodeUsed.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.recoveryCodeUsed.intro}</p>
      ${originFacts(data, { t, formatDate })}
      <p>${t.newDevice.wasYou}</p>
      <p>${t.secureYourAccount} ${t.recoveryCodesRenewed.renewCodes}</p>`,
  }),
);
