import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { button } from '../layout/parts.ts';
import { type MaybeOrigin, originFactsIfKnown, sampleOrigin } from './origin-facts.ts';

/**
 * Notifies the owner of an address that somebody tried to register it again. The sign-up itself answers as it does for a
 * new address, so this mail is the only one to know (ASVS 5.0, 6.3.8: no account enumeration).
 */
export const AlreadyRegisteredMail = defineMail(
  'already-registered',
  { sample: { first_name: 'Ann', ...sampleOrigin } },
  (data: { first_name: string } & MaybeOrigin, { t, brand, home, greetable, formatDate }) => ({
    subject: t.alreadyRegistered.subject(brand.name),
    html: html`
      <h1>${t.alreadyRegistered.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.alreadyRegistered.intro(brand.name)}</p>
      ${originFactsIfKnown(data, { t, formatDate })}
      ${home !== undefined && button(home, t.openApp(brand.name))}
      <p>${t.alreadyRegistered.forgotten}</p>
      <p data-style="note">${t.alreadyRegistered.notYou}</p>`,
  }),
);
