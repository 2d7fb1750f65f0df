import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { button } from '../layout/parts.ts';
import { type MaybeOrigin, originFactsIfKnown, sampleOrigin } from './origin-facts.ts';

interface PasswordReset extends MaybeOrigin {
  first_name: string;
  token_id: string;
  /** RFC 3339 */
  expires_at: string;
}

/** The link with which somebody who forgot the password sets a new one. Events of older releases do not say where it was asked for. */
export const PasswordResetMail = defineMail(
  'password-reset',
  {
    unknownPolicy: 'resend-twice',
    security: true,
    sample: {
      first_name: 'Ann',
      token_id: '01981f00-0000-7000-8000-000000000002',
      expires_at: '2026-11-23T13:42:00Z',
      ...sampleOrigin,
    },
  },
  ({ first_name, token_id, expires_at, ...origin }: PasswordReset, { t, brand, link, formatDate, greetable }) => ({
    subject: t.passwordReset.subject(brand.name),
    html: html`
      <h1>${t.passwordReset.heading}</h1>
      <p>${t.greeting(greetable(first_name))}</p>
      <p>${t.passwordReset.intro(brand.name)}</p>
      ${button(link('reset-password', token_id), t.passwordReset.button)}
      <p data-style="note">${t.linkExpires(formatDate(expires_at))}</p>
      ${originFactsIfKnown(origin, { t, formatDate })}
      <p data-style="note">${t.passwordReset.notYou}</p>`,
  }),
);
