import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { type Origin, originFacts, sampleOrigin } from './origin-facts.ts';

/** Notifies the owner that the password was changed (NIST SP 800-63B-4, 4.6: notify of changed authenticators). */
export const PasswordChangedMail = defineMail(
  'password-changed',
  { security: true, sample: { first_name: 'Ann', ...sampleOrigin } },
  (data: { first_name: string } & Origin, { t, brand, greetable, formatDate }) => ({
    subject: t.passwordChanged.subject(brand.name),
    html: html`
      <h1>${t.passwordChanged.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.passwordChanged.intro}</p>
      ${originFacts(data, { t, formatDate })}
      <p>${t.secureYourAccount}</p>`,
  }),
);
