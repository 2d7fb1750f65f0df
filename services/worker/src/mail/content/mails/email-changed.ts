import { shownAddress } from '@postern/events';
import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { facts, withMailLink } from '../layout/parts.ts';
import { type MaybeOrigin, originFactsIfKnown, sampleOrigin } from './origin-facts.ts';

interface EmailChanged extends MaybeOrigin {
  first_name: string;
  email: string;
}

/**
 * To the old address, once the new one (`email`) is in force: the last word that its owner gets there. Events of older
 * releases do not say where the change was confirmed.
 */
export const EmailChangedMail = defineMail(
  'email-changed',
  { security: true, sample: { first_name: 'Ann', email: 'ann.miller@example.net', ...sampleOrigin } },
  ({ first_name, email, ...origin }: EmailChanged, { t, brand, greetable, formatDate }) => ({
    subject: t.emailChanged.subject(brand.name),
    html: html`
      <h1>${t.emailChanged.heading}</h1>
      <p>${t.greeting(greetable(first_name))}</p>
      <p>${t.emailChanged.intro(brand.name)}</p>
      ${facts([{ label: t.labels.newAddress, value: shownAddress(email), direction: 'ltr' }])}
      <p>${t.emailChanged.effect}</p>
      ${originFactsIfKnown(origin, { t, formatDate })}
      <p>${withMailLink(t.contactUs(brand.name, brand.supportAddress), brand.supportAddress)}</p>`,
  }),
);
