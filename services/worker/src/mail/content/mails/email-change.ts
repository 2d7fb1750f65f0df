import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { button } from '../layout/parts.ts';

interface EmailChange {
  first_name: string;
  token_id: string;
  /** RFC 3339 */
  expires_at: string;
}

/** To the new address: is it really this person's? Nobody has proven it yet. */
export const EmailChangeMail = defineMail(
  'email-change',
  {
    unknownPolicy: 'resend-twice',
    sample: { first_name: 'Ann', token_id: '01981f00-0000-7000-8000-000000000003', expires_at: '2026-11-23T13:42:00Z' },
  },
  (data: EmailChange, { t, brand, link, formatDate, greetable }) => ({
    subject: t.emailChange.subject(brand.name),
    html: html`
      <h1>${t.emailChange.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.emailChange.intro(brand.name)}</p>
      ${button(link('change-email', data.token_id), t.emailChange.button)}
      <p data-style="note">${t.linkExpires(formatDate(data.expires_at))}</p>
      <p data-style="note">${t.ignoreIfNotYou}</p>`,
  }),
);
