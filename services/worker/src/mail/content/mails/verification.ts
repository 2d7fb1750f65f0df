import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { button } from '../layout/parts.ts';
import { type MaybeOrigin, originFactsIfKnown, sampleOrigin } from './origin-facts.ts';

interface Verification extends MaybeOrigin {
  first_name: string;
  token_id: string;
  /** RFC 3339 */
  expires_at: string;
}

/**
 * Asks the owner of an address to confirm a sign-up. Goes to an address that nobody has proven yet. Several sign-ups may wait for one
 * address: it says when and from where this one was made.
 */
export const VerificationMail = defineMail(
  'verification',
  {
    unknownPolicy: 'resend-twice',
    sample: {
      ...{ first_name: 'Ann', token_id: '01981f00-0000-7000-8000-000000000001', expires_at: '2026-11-24T13:12:00Z' },
      ...sampleOrigin,
    },
  },
  (data: Verification, { t, brand, link, formatDate, greetable }) => ({
    subject: t.verification.subject(brand.name),
    html: html`
      <h1>${t.verification.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.verification.intro(brand.name)}</p>
      ${originFactsIfKnown(data, { t, formatDate })}
      ${button(link('verify-email', data.token_id), t.verification.button)}
      <p>${t.verification.password}</p>
      <p data-style="note">${t.linkExpires(formatDate(data.expires_at))}</p>
      <p data-style="note">${t.verification.notYou}</p>`,
  }),
);
