import { createHash, randomBytes } from 'node:crypto';

/** Lets scanners of repositories and logs know one that got lost. */
const PREFIX = 'postern_operator_';

/** 256 random bits, as text that is typed or pasted once. Nobody guesses it, so its SHA-256 is a safe way to keep it. */
export function newSecret(prefix = PREFIX): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** What is stored of a secret: 32 bytes. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
