import type { LinkClaim, LinkPurpose } from '@postern/events';
import type { Sql, Transaction } from '@postern/runtime';

/** What a mailed link is bound to. */
export interface LinkRow {
  id: string;
  userId: string;
  purpose: LinkPurpose;
  /** Whom it is mailed to, as `linkRecipient` makes it; null in rows from before links were bound to anybody. */
  recipient: Buffer | null;
  /** The address that a change-email or restore-email link would make the person's. */
  newEmail: string | null;
  createdAt: Date;
  expiresAt: Date;
  usedAt: Date | null;
}

/** Port: the table of links. */
export abstract class LinkTokenStore {
  /** Stores the link in the place of the person's older one for the same purpose, or of itself. */
  abstract put(tx: Transaction, row: LinkRow): Promise<void>;
  /** As `put`, for the lock on the row alone, which lasts until the transaction ends. */
  abstract hold(tx: Transaction, row: LinkRow): Promise<void>;
  /**
   * Marks the link as used if it is its recipient's, not used and has not expired, in one statement: of two callers one
   * gets true.
   */
  abstract use(tx: Transaction, claim: LinkClaim, purpose: LinkPurpose, now: Date): Promise<boolean>;
  abstract byId(db: Sql, id: string): Promise<LinkRow | undefined>;
  /** The person's link for a purpose, whether or not it works still. */
  abstract ofUser(db: Sql, userId: string, purpose: LinkPurpose): Promise<LinkRow | undefined>;
  /** Removes the person's links for these purposes. */
  abstract deleteOfUser(tx: Transaction, userId: string, purposes: readonly LinkPurpose[]): Promise<void>;
  /** Removes, whosesoever they are, requests for this address, and ways back to it that are used or over. */
  abstract deleteTo(tx: Transaction, newEmail: string, now: Date): Promise<void>;
  /** Removes the links of all of them. */
  abstract deleteOfUsers(tx: Transaction, userIds: readonly string[]): Promise<void>;
}
