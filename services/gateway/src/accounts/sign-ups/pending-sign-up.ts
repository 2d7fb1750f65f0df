import type { NewUser } from '../users/user.ts';

/**
 * What somebody typed to sign up, which nobody has proven yet. It counts for nothing until its own link is followed; then
 * its id becomes the user's. Why it is kept apart from the users: docs/decisions/pending-sign-ups.md.
 */
export interface PendingSignUp extends NewUser {
  /** SHA-256 of the secret that the browser that signed up was given. */
  secretHash: Buffer;
  /** "Firefox on Linux". */
  device: string;
  /** The network that it came from: 203.0.113.0/24. */
  addressRange: string;
  createdAt: Date;
  expiresAt: Date;
}
