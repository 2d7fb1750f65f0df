import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { type Origin, originFacts, sampleOrigin } from './origin-facts.ts';

/** A sign-in from a device that the account was not seen with (ASVS 5.0, 6.3.5: notify of unusual sign-ins). */
export const NewDeviceMail = defineMail(
  'new-device',
  { security: true, sample: { first_name: 'Ann', ...sampleOrigin } },
  (data: { first_name: string } & Origin, { t, brand, greetable, formatDate }) => ({
    subject: t.newDevice.subject(brand.name),
    html: html`
      <h1>${t.newDevice.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.newDevice.intro}</p>
      ${originFacts(data, { t, formatDate })}
      <p>${t.newDevice.wasYou}</p>
      <p>${t.secureYourAccount}</p>`,
  }),
);
