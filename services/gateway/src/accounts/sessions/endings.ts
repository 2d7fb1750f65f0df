import type { LinkPurpose } from '@postern/events';
import type { Transaction } from '@postern/runtime';
import type { SecondFactors } from '../factors/second-factors.ts';
import type { Links } from '../links/links.ts';
import type { UserStore } from '../users/user-store.ts';
import type { RevokeReason } from './session.ts';
import type { Sessions } from './sessions.ts';

/** A change of a credential, a factor or the state of an account. Erasure deletes all of it: see `PersonalTables`. */
export type Change =
  | 'password-reset'
  | 'password-changed'
  | 'email-changed'
  | 'two-factor-enabled'
  | 'two-factor-disabled'
  | 'two-factor-removed'
  | 'address-assigned'
  | 'address-restored'
  | 'user-disabled'
  | 'signed-out-everywhere'
  | OneSession;

/** What ends one session, and leaves the others of the person. */
type OneSession = 'signed-out' | 'session-ended' | 'refresh-reuse';

interface Ending {
  /** `others`: all but the session that made the change. Those of a change that no session made are all others. `one`: it is said which. */
  sessions: 'all' | 'others' | 'one' | 'none';
  /** Purposes of the links that end before they were followed. A link that made the change itself stays as used. */
  links: readonly LinkPurpose[];
  /** Sign-ins that wait for a second factor. */
  challenges: boolean;
  /** Devices that are known: by their token, and as not worth a notice. With them sign-ins that are on their way. */
  devices: boolean;
}

/**
 * What ends when: the one list (docs/decisions/what-ends-when.md; ASVS 5.0, 7.4.2 and 7.4.3). What somebody may hold who should
 * not is taken from them by whatever the owner does against it, and a notice that says "a new password stops this" is true. The owner's way
 * back to an address (`restore-email`) is ended by nothing that somebody who has taken the account can do.
 */
export const ENDINGS: Readonly<Record<Change, Ending>> = {
  'password-reset': { sessions: 'all', links: ['change-email'], challenges: true, devices: true },
  'password-changed': {
    sessions: 'others',
    links: ['reset-password', 'change-email'],
    challenges: true,
    devices: true,
  },
  // Links that were mailed to the old address must not outlive it. Sessions stay: the password was just proven.
  'email-changed': { sessions: 'none', links: ['reset-password'], challenges: true, devices: false },
  // The other sessions never showed the factor, and a waiting sign-in did not need it.
  'two-factor-enabled': { sessions: 'others', links: ['change-email'], challenges: true, devices: true },
  // Whoever else is signed in may be who turned it off somewhere else before; the owner signs in again.
  'two-factor-disabled': { sessions: 'others', links: ['change-email'], challenges: true, devices: true },
  // By an administrator: no session of the person made the change.
  'two-factor-removed': { sessions: 'all', links: ['change-email'], challenges: true, devices: true },
  // By an operator, as somebody had taken the account: nothing that they hold counts, and the password is set to nobody's.
  'address-assigned': {
    sessions: 'all',
    links: ['reset-password', 'change-email', 'restore-email'],
    challenges: true,
    devices: true,
  },
  // The same by the owner. The link that they followed is used up, and stays as that.
  'address-restored': { sessions: 'all', links: ['reset-password', 'change-email'], challenges: true, devices: true },
  'user-disabled': { sessions: 'all', links: ['reset-password', 'change-email'], challenges: true, devices: true },
  // The person leaves a device of their own: the link to another address that they have asked for there is theirs.
  'signed-out': { sessions: 'one', links: [], challenges: false, devices: false },
  // A link to another address was asked for by a session that ends here. One to a new password went to the person's own mailbox.
  // One of the others, which its owner ends in the list: whatever it asked for ends with it.
  'session-ended': { sessions: 'one', links: ['change-email'], challenges: false, devices: false },
  // Somebody has a stolen copy of its token, and may have asked for the same.
  'refresh-reuse': { sessions: 'one', links: ['change-email'], challenges: false, devices: false },
  'signed-out-everywhere': { sessions: 'all', links: ['change-email'], challenges: true, devices: true },
};

const REASONS: Readonly<Record<Change, RevokeReason>> = {
  'password-reset': 'password-changed',
  'password-changed': 'password-changed',
  'email-changed': 'email-changed',
  'two-factor-enabled': 'two-factor-enabled',
  'two-factor-disabled': 'two-factor-disabled',
  'two-factor-removed': 'two-factor-removed',
  'address-assigned': 'email-changed',
  'address-restored': 'email-changed',
  'user-disabled': 'user-disabled',
  'signed-out-everywhere': 'signed-out',
  'signed-out': 'signed-out',
  'session-ended': 'ended-by-user',
  'refresh-reuse': 'refresh-reuse',
};

/** Ends what a change ends, in the transaction of the change. */
export class Endings {
  readonly #sessions: Sessions;
  readonly #links: Links;
  readonly #factors: SecondFactors;
  readonly #users: UserStore;

  constructor(sessions: Sessions, links: Links, factors: SecondFactors, users: UserStore) {
    this.#sessions = sessions;
    this.#links = links;
    this.#factors = factors;
    this.#users = users;
  }

  /** @param sessionId the session that made the change, if one did */
  async end(tx: Transaction, userId: string, change: Exclude<Change, OneSession>, sessionId?: string): Promise<void> {
    await this.#end(tx, userId, change, sessionId);
    if (ENDINGS[change].devices) await this.#users.voidProofs(tx, userId);
  }

  /** Ends one session of this person. False when they have no such live session. Lock the person before, where links end. */
  async endOne(tx: Transaction, userId: string, sessionId: string, change: OneSession): Promise<boolean> {
    if (!(await this.#sessions.end(tx, userId, sessionId, REASONS[change]))) return false;
    await this.#endRest(tx, userId, change);
    return true;
  }

  /** As `end`, of a new password, which is set by the statement that has devices end: what was proven with the one before never counts. */
  async replacePassword(
    tx: Transaction,
    userId: string,
    change: 'password-reset' | 'password-changed' | 'address-assigned' | 'address-restored',
    passwordHash: string,
    sessionId?: string,
  ): Promise<void> {
    await this.#end(tx, userId, change, sessionId);
    await this.#users.voidProofs(tx, userId, passwordHash);
  }

  async #end(tx: Transaction, userId: string, change: Change, sessionId?: string): Promise<void> {
    const { sessions } = ENDINGS[change];
    if (sessions !== 'none') {
      await this.#sessions.endAll(tx, userId, REASONS[change], sessions === 'others' ? sessionId : undefined);
    }
    await this.#endRest(tx, userId, change);
  }

  async #endRest(tx: Transaction, userId: string, change: Change): Promise<void> {
    const { links, challenges } = ENDINGS[change];
    if (links.length > 0) await this.#links.deleteOfUser(tx, userId, links);
    if (challenges) await this.#factors.endChallenges(tx, userId);
  }
}
