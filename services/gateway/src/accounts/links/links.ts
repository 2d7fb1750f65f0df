import { createHmac } from 'node:crypto';
import { type LinkClaim, type LinkPurpose, linkRecipient, readLinkToken, readUnprovenLink } from '@postern/events';
import { bytesToId, type Clock, newId, type Sql, type Transaction } from '@postern/runtime';
import type { ProblemError, ProblemType } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import type { RootKey } from '../root-key.ts';
import type { LinkKeyWatch } from './link-key-watch.ts';
import { LinkEnded, LinkExpired, LinkInvalid, LinkUsed } from './link-problems.ts';
import type { LinkRow, LinkTokenStore } from './link-token-store.ts';
import { LinkOwner } from './recording-links.ts';

export interface NewLink {
  userId: string;
  purpose: LinkPurpose;
  /** The address that it is mailed to: it works for whom it was mailed to there, and for nobody else. */
  recipient: string;
  /** The address that a `change-email` or `restore-email` link would make the person's. */
  newEmail?: string | null;
  /** A new one when left out. The id that the person's link has already renews that link instead of replacing it. */
  id?: string;
  /** When what the link is for ends, if the link's own life could be longer. */
  notAfter?: Date;
}

/**
 * How long an account goes back to its address by the link of the notice that it has another (docs/decisions/way-back.md). Not LINK_SECONDS:
 * it is for somebody who is away and sees the mail when they are back.
 */
const RESTORE_LINK_SECONDS = 7 * 86_400;

/** What goes into the event whose mail carries the link. */
export interface IssuedLink {
  token_id: string;
  /** RFC 3339. */
  expires_at: string;
}

/**
 * Links in mails: an unguessable secret of 256 bits that is derived and never stored, good once, for one purpose and
 * one person, when it was mailed to whom it was issued for, for as long as LINK_SECONDS says (a sign-up's: until the sign-up ends, `accounts/config.ts`); a newer one replaces an older one,
 * but a sign-up's, which stays the same, and the way back to an address, of which the oldest stays (ASVS 5.0, 6.4.1, 6.5.1 and 6.6.2; NIST SP 800-63B-4, 4.2.2).
 */
export class Links {
  readonly #store: LinkTokenStore;
  readonly #config: AccountsConfig['env'];
  readonly #root: RootKey;
  readonly #clock: Clock;
  readonly #watch: LinkKeyWatch;

  constructor(store: LinkTokenStore, { env, root }: AccountsConfig, clock: Clock, watch: LinkKeyWatch) {
    this.#store = store;
    this.#config = env;
    this.#root = root;
    this.#clock = clock;
    this.#watch = watch;
  }

  /**
   * The owner of a link that is issued only so that the answer takes as long as another: an id that no account has, the
   * same each time for the same address or person. A second link of an account replaces the first; one of somebody new each
   * time would be a further row each time, and that can be measured.
   */
  nobody(of: string): string {
    const bytes = createHmac('sha256', this.#root.derive('nobody')).update(of).digest();
    // Version 8, which RFC 9562, 5.8 leaves to such uses; accounts have version 7.
    bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
    return bytesToId(bytes.subarray(0, 16));
  }

  /** Makes a link in the place of the person's older one for the same purpose. */
  async issue(tx: Transaction, link: NewLink): Promise<IssuedLink> {
    const row = this.#rowOf(link);
    await this.#store.put(tx, row);
    return { token_id: row.id, expires_at: row.expiresAt.toISOString() };
  }

  /**
   * As `issue`, unless the person has a link for the purpose that would work now: it stays, and there is no other. One that was mailed to the
   * same address is renewed. Lock the person before, or two get one each.
   */
  async issueUnlessLive(tx: Transaction, link: NewLink): Promise<IssuedLink | undefined> {
    const live = await this.live(tx, link.userId, link.purpose);
    if (!live) return this.issue(tx, link);
    return this.isFor(live, link.recipient) ? this.issue(tx, { ...link, id: live.id }) : undefined;
  }

  /** The person's link for the purpose, if it would work now. */
  async live(db: Sql, userId: string, purpose: LinkPurpose): Promise<LinkRow | undefined> {
    const row = await this.#store.ofUser(db, userId, purpose);
    return row && !row.usedAt && row.expiresAt > this.#clock.now() ? row : undefined;
  }

  /** Waits for whoever else holds the link of this owner and purpose, and holds it until the transaction ends. */
  hold(tx: Transaction, link: NewLink): Promise<void> {
    return this.#store.hold(tx, this.#rowOf(link));
  }

  #rowOf(link: NewLink): LinkRow {
    const { userId, purpose, recipient: address, newEmail = null, id = newId(), notAfter } = link;
    const now = this.#clock.now();
    const end = now.getTime() + this.#lifeOf(purpose) * 1000;
    const expiresAt = new Date(Math.min(end, notAfter?.getTime() ?? end));
    const recipient = linkRecipient(id, address);
    return { id, userId, purpose, recipient, newEmail, createdAt: now, expiresAt, usedAt: null };
  }

  /** In seconds. */
  #lifeOf(purpose: LinkPurpose): number {
    if (purpose === 'restore-email') return RESTORE_LINK_SECONDS;
    return purpose === 'verify-email' ? this.#config.VERIFY_LINK_SECONDS : this.#config.LINK_SECONDS;
  }

  /**
   * Uses a link up.
   *
   * @throws ProblemError `link-invalid`, `link-expired`, `link-used` or `link-ended`
   */
  async redeem(tx: Transaction, purpose: LinkPurpose, token: string): Promise<LinkRow> {
    const claim = await this.#claim(tx, purpose, token);
    const won = await this.#store.use(tx, claim, purpose, this.#clock.now());
    const row = await this.#store.byId(tx, claim.id);
    if (won && row) {
      tx.afterCommit(() => this.#watch.used());
      return row;
    }
    throw refusal(this.#fault(row, claim) ?? LinkUsed, row);
  }

  /**
   * The row of a link that would work now, which is not used up: for what must be known before (whose password is to
   * be hashed).
   *
   * @throws ProblemError as `redeem` does
   */
  async peek(db: Sql, purpose: LinkPurpose, token: string): Promise<LinkRow> {
    const claim = await this.#claim(db, purpose, token);
    const row = await this.#store.byId(db, claim.id);
    const fault = this.#fault(row, claim);
    if (fault || !row) throw refusal(fault ?? LinkEnded, row);
    return row;
  }

  /** Whether the link was mailed to this address. */
  isFor({ id, recipient }: LinkRow, address: string): boolean {
    return recipient?.equals(linkRecipient(id, address)) ?? false;
  }

  /** Removes the person's links for these purposes. */
  deleteOfUser(tx: Transaction, userId: string, purposes: readonly LinkPurpose[]): Promise<void> {
    return this.#store.deleteOfUser(tx, userId, purposes);
  }

  /**
   * Forgets the address of somebody who is erased, where others have asked for it or had it once. The way back of an account that had it
   * before stays for its week: its owner's, whom an account with the address of theirs is in the way of.
   */
  forgetAddress(tx: Transaction, address: string): Promise<void> {
    return this.#store.deleteTo(tx, address, this.#clock.now());
  }

  /** Removes the links of all of them. */
  deleteOfUsers(tx: Transaction, userIds: readonly string[]): Promise<void> {
    return this.#store.deleteOfUsers(tx, userIds);
  }

  /**
   * Who makes a token up knows no link's id, nor the hash of its recipient: both are in its mail alone. One that names them as they are in our table was
   * signed by somebody with another key.
   */
  async #claim(db: Sql, purpose: LinkPurpose, token: string): Promise<LinkClaim> {
    const claim = readLinkToken(this.#config.LINK_KEY, purpose, token);
    if (claim) return claim;
    const unproven = readUnprovenLink(token);
    if (unproven) {
      const row = await this.#store.byId(db, unproven.claim.id);
      if (row?.purpose === purpose && !this.#fault(row, unproven.claim)) this.#watch.notSigned(purpose, unproven);
    }
    throw LinkInvalid.error();
  }

  /**
   * A token that we made and whose row is gone was replaced by a newer one, went with what it was for (an erased account, a
   * sign-up that ended), or was swept away long after its end. Which of these it was, no row says any more.
   */
  #fault(row: LinkRow | undefined, { recipient }: LinkClaim): ProblemType | undefined {
    if (!row) return LinkEnded;
    // Genuine, and mailed to somebody else than it was issued for.
    if (!row.recipient?.equals(recipient)) return LinkInvalid;
    if (row.usedAt) return LinkUsed;
    return row.expiresAt <= this.#clock.now() ? LinkExpired : undefined;
  }
}

/** Of a link that was good once, with whose it was. */
function refusal(problem: ProblemType, row: LinkRow | undefined): ProblemError {
  const known = problem === LinkUsed || problem === LinkExpired;
  return problem.error(row && known ? { cause: new LinkOwner(row.userId) } : {});
}
