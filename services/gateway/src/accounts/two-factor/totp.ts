import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** RFC 4226, 4, R6: 160 bits are recommended. */
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** RFC 6238, 5.2: one step either way, for clocks that differ and people who type slowly. */
const WINDOW_STEPS = 1;

/** SHA-1 is what every authenticator app understands; HMAC does not need its collision resistance. */
function totp(secret: Uint8Array, label = '', issuer = ''): TOTP {
  const bytes = new Uint8Array(secret).buffer;
  return new TOTP({
    issuer,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
    secret: new Secret({ buffer: bytes }),
  });
}

export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** What an app is given: as the URI that its camera reads, and as base32 to type. */
export function totpUri(secret: Uint8Array, label: string, issuer: string): { uri: string; base32: string } {
  const one = totp(secret, label, issuer);
  return { uri: one.toString(), base32: one.secret.base32 };
}

/** The time step that a code belongs to; undefined when it is wrong now. RFC 6238, 4. */
export function totpStep(secret: Uint8Array, code: string, now: Date): number | undefined {
  const delta = totp(secret).validate({ token: code, window: WINDOW_STEPS, timestamp: now.getTime() });
  return delta === null ? undefined : Math.floor(now.getTime() / 1000 / PERIOD_SECONDS) + delta;
}

/** The code of a moment, for tests and for nobody else. */
export function totpCode(secret: Uint8Array, now: Date): string {
  return totp(secret).generate({ timestamp: now.getTime() });
}
