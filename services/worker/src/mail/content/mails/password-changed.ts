import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { button } from '../layout/parts.ts';
import { type Origin, originFacts, sampleOrigin } from './origin-facts.ts';

interface PasswordChanged extends Origin {
  first_name: string;
  /** Of the link to set another password, after a change by somebody who was signed in. */
  token_id?: string | undefined;
  /** RFC 3339 */
  expires_at?: string | undefined;
}

/** Notifies the owner that the password was changed (NIST SP 800-63B-4, 4.6: notify of changed authenticators), with the way back if it was somebody else. */
export const PasswordChangedMail = defineMail(
  'password-changed',
  {
    unknownPolicy: 'resend-twice',
    security: true,
    sample: {
      first_name: 'Ann',
      token_id: '01981f00-0000-7000-8000-000000000003',
      expires_at: '2026-11-23T13:42:00Z',
      ...sampleOrigin,
    },
  },
  ({ first_name, token_id, expires_at, ...origin }: PasswordChanged, { t, brand, link, greetable, formatDate }) => ({
    subject: t.passwordChanged.subject(brand.name),
    html: html`
      <h1>${t.passwordChanged.heading}</h1>
      <p>${t.greeting(greetable(first_name))}</p>
      <p>${t.passwordChanged.intro}</p>
      ${originFacts(origin, { t, formatDate })}
      <p>${t.secureYourAccount}</p>
      ${
        token_id === undefined || expires_at === undefined
          ? ''
          : html`${button(link('reset-password', token_id), t.passwordReset.button)}
      <p data-style="note">${t.linkExpires(formatDate(expires_at))}</p>`
      }`,
  }),
);
