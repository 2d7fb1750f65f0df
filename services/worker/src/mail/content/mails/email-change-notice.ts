import { shownAddress } from '@postern/events';
import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { facts } from '../layout/parts.ts';
import { type MaybeOrigin, originFactsIfKnown, sampleOrigin } from './origin-facts.ts';

interface EmailChangeNotice extends MaybeOrigin {
  first_name: string;
  new_email: string;
}

/** To the old address, while its owner can still stop the change. Events of older releases do not say where it was asked for. */
export const EmailChangeNoticeMail = defineMail(
  'email-change-notice',
  { security: true, sample: { first_name: 'Ann', new_email: 'ann.miller@example.net', ...sampleOrigin } },
  ({ first_name, new_email, ...origin }: EmailChangeNotice, { t, brand, greetable, formatDate }) => ({
    subject: t.emailChangeNotice.subject(brand.name),
    html: html`
      <h1>${t.emailChangeNotice.heading}</h1>
      <p>${t.greeting(greetable(first_name))}</p>
      <p>${t.emailChangeNotice.intro}</p>
      ${facts([{ label: t.labels.newAddress, value: shownAddress(new_email), direction: 'ltr' }])}
      <p>${t.emailChangeNotice.effect}</p>
      ${originFactsIfKnown(origin, { t, formatDate })}
      <p>${t.emailChangeNotice.stopIt}</p>`,
  }),
);
