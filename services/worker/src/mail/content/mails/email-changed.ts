import { shownAddress } from '@postern/events';
import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { button, facts, withMailLink } from '../layout/parts.ts';
import { type MaybeOrigin, originFactsIfKnown, sampleOrigin } from './origin-facts.ts';

interface EmailChanged extends MaybeOrigin {
  first_name: string;
  email: string;
  /** Of the link by which the account goes back to the old address, where this change brought one. */
  token_id?: string | undefined;
  /** RFC 3339 */
  expires_at?: string | undefined;
}

/**
 * To the old address, once the new one (`email`) is in force: the last word that its owner gets there, with the way back if it was somebody
 * else (docs/decisions/way-back.md). Events of older releases do not say where the change was confirmed.
 */
export const EmailChangedMail = defineMail(
  'email-changed',
  {
    unknownPolicy: 'resend-twice',
    security: true,
    sample: {
      first_name: 'Ann',
      email: 'ann.miller@example.net',
      token_id: '01981f00-0000-7000-8000-000000000004',
      expires_at: '2026-11-30T13:12:00Z',
      ...sampleOrigin,
    },
  },
  (
    { first_name, email, token_id, expires_at, ...origin }: EmailChanged,
    { t, brand, link, greetable, formatDate },
  ) => ({
    subject: t.emailChanged.subject(brand.name),
    html: html`
      <h1>${t.emailChanged.heading}</h1>
      <p>${t.greeting(greetable(first_name))}</p>
      <p>${t.emailChanged.intro(brand.name)}</p>
      ${facts([{ label: t.labels.newAddress, value: shownAddress(email), direction: 'ltr' }])}
      <p>${t.emailChanged.effect}</p>
      ${originFactsIfKnown(origin, { t, formatDate })}
      ${
        token_id === undefined || expires_at === undefined
          ? ''
          : html`<p>${t.emailChanged.notYou}</p>
      ${button(link('restore-email', token_id), t.emailChanged.wayBack)}
      <p data-style="note">${t.linkExpires(formatDate(expires_at))}</p>`
      }
      <p>${withMailLink(t.contactUs(brand.name, brand.supportAddress), brand.supportAddress)}</p>`,
  }),
);
