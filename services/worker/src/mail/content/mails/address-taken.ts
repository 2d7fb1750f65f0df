import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';

/**
 * Notifies the owner of an address that somebody asked to move another account to it. The one who asked does not learn that it is taken,
 * so this mail is the only one to know (ASVS 5.0, 6.3.8: no account enumeration).
 */
export const AddressTakenMail = defineMail(
  'address-taken',
  { sample: { first_name: 'Ann' } },
  (data: { first_name: string }, { t, brand, greetable }) => ({
    subject: t.addressTaken.subject(brand.name),
    html: html`
      <h1>${t.addressTaken.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.addressTaken.intro(brand.name)}</p>
      <p>${t.addressTaken.wasYou}</p>
      <p data-style="note">${t.addressTaken.notYou}</p>`,
  }),
);
