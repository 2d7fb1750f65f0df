import { errorPlaces } from './error-places.ts';
import { errorMessage } from './errors.ts';
import { withoutAddresses } from './without-addresses.ts';

/** Why something failed, as it is kept for long: the error's message without e-mail addresses, and where in our sources it comes from. At most `max` characters. */
export function failureWords(error: unknown, max: number): string {
  const places = errorPlaces(error);
  const at = places.length === 0 ? '' : ` (${places.join(' < ')})`;
  const said = withoutAddresses(errorMessage(error));
  return at.length < max / 2 ? `${said.slice(0, max - at.length)}${at}` : said.slice(0, max);
}
