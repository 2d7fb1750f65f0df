import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { button } from '../layout/parts.ts';

interface PasswordReset {
  first_name: string;
  token_id: string;
  /** RFC 3339 */
  expires_at: string;
}

/** The link with which somebody who forgot the password sets a new one. */
export const PasswordResetMail = defineMail(
  'password-reset',
  {
    unknownPolicy: 'resend-once',
    sample: { first_name: 'Ann', token_id: '01981f00-0000-7000-8000-000000000002', expires_at: '2026-11-23T13:42:00Z' },
  },
  (data: PasswordReset, { t, brand, link, formatDate, greetable }) => ({
    subject: t.passwordReset.subject(brand.name),
    html: html`
      <h1>${t.passwordReset.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.passwordReset.intro(brand.name)}</p>
      ${button(link('reset-password', data.token_id), t.passwordReset.button)}
      <p data-style="note">${t.linkExpires(formatDate(data.expires_at))}</p>
      <p data-style="note">${t.passwordReset.notYou}</p>`,
  }),
);
