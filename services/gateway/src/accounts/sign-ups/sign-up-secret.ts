import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;

/** A secret of 256 bits for the browser that signs up, and what is stored of it. */
export function mintSecret(): { secret: string; secretHash: Buffer } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { secret, secretHash: hash(secret) };
}

/** Whether `secret` is the one that was hashed. The hash of a random value needs no salt and no cost. */
export function isSecretOf(secret: string | undefined, secretHash: Buffer): boolean {
  return secret !== undefined && timingSafeEqual(hash(secret), secretHash);
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(`postern/sign-up\0${secret}`).digest();
}
