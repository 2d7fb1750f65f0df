import { Secret } from 'otpauth';
import { totpCode } from '../../src/accounts/two-factor/totp.ts';
import { type Person, type SignedInPerson, signedIn } from './person.ts';
import type { TestGateway } from './test-gateway.ts';

const PERIOD_SECONDS = 30;

/** Somebody whose sign-ins take a code. */
export interface Protected extends SignedInPerson {
  secret: string;
  recoveryCodes: string[];
}

/** What the person's app shows now. */
export function appShows(gateway: TestGateway, secret: string): string {
  return totpCode(Secret.fromBase32(secret).bytes, gateway.clock.now());
}

/** A code that is wrong now and for a while. */
export function appDoesNotShow(gateway: TestGateway, secret: string): string {
  const bytes = Secret.fromBase32(secret).bytes;
  const now = gateway.clock.now().getTime();
  const near = [-2, -1, 0, 1, 2].map((step) => totpCode(bytes, new Date(now + step * PERIOD_SECONDS * 1000)));
  const digits = Array.from({ length: near.length + 1 }, (_, digit) => String(digit).repeat(6));
  return digits.find((code) => !near.includes(code)) as string;
}

/** Sets a second factor up, and waits until the app shows a code that was not used. */
export async function withSecondFactor(gateway: TestGateway, someone?: Person): Promise<Protected> {
  const person = await signedIn(gateway, someone);
  const { accessToken: token, client } = person;
  const enrolled = await client.post('/v1/auth/two-factor/totp', undefined, { token });
  const { secret } = enrolled.body;
  const code = appShows(gateway, secret);
  const confirmed = await client.post('/v1/auth/two-factor/totp/confirm', { code }, { token });
  if (confirmed.status !== 200) throw new Error(`the code was answered with ${confirmed.status}: ${confirmed.text}`);
  gateway.clock.advance(PERIOD_SECONDS);
  return { ...person, secret, recoveryCodes: confirmed.body.recovery_codes };
}
