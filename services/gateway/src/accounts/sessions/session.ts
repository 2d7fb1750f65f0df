/** A signed-in device: a family of refresh tokens, of which the newest works. */
export interface Session {
  id: string;
  userId: string;
  /** 32 random bytes that its refresh tokens are derived from. */
  seed: Buffer;
  /** How often its refresh token has been rotated. */
  generation: number;
  device: string;
  addressRange: string;
  createdAt: Date;
  /** When a password or second factor was last proven in it. */
  authenticatedAt: Date;
  /** When its refresh token was rotated, the last rotation first; the last few. */
  rotations: readonly Date[];
  /** The newest generation whose access token has come back: its client has received it. */
  receivedGeneration: number;
  /** The last generation that was given again because its answer may have been lost, and how many in a row were. */
  forgiven: Forgiven;
  lastUsedAt: Date;
  idleExpiresAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

export interface Forgiven {
  generation: number;
  inRow: number;
}

/** Why a session ended before its time. */
export type RevokeReason =
  | 'signed-out'
  | 'too-many'
  | 'ended-by-user'
  | 'refresh-reuse'
  | 'password-changed'
  | 'two-factor-enabled'
  | 'two-factor-disabled'
  | 'two-factor-removed'
  | 'user-disabled'
  | 'email-changed'
  | 'user-erased'
  | 'root-key-replaced';

export function isLive({ revokedAt, expiresAt, idleExpiresAt }: Session, now: Date): boolean {
  return revokedAt === null && expiresAt > now && idleExpiresAt > now;
}
