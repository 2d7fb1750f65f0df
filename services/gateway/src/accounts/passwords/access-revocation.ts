import type { Transaction } from '@postern/runtime';
import type { Links } from '../links/links.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { ChallengeStore } from '../two-factor/challenge-store.ts';

/**
 * What a new password takes away: sessions, sign-ins that wait for a code, links to set another password, and an address
 * change that is under way. The notice of one tells the owner to set a new password, so that must stop whoever asked for
 * it (ASVS 5.0, 7.4.3).
 */
export class AccessRevocation {
  readonly #sessions: Sessions;
  readonly #links: Links;
  readonly #challenges: ChallengeStore;

  constructor(sessions: Sessions, links: Links, challenges: ChallengeStore) {
    this.#sessions = sessions;
    this.#links = links;
    this.#challenges = challenges;
  }

  /** @param exceptSessionId the session that goes on, if any */
  async revoke(tx: Transaction, userId: string, exceptSessionId?: string): Promise<void> {
    await this.#sessions.endAll(tx, userId, 'password-changed', exceptSessionId);
    await this.#challenges.deleteOfUser(tx, userId);
    // A reset has used the person's one reset link up; its row says so to whoever follows it again.
    if (exceptSessionId === undefined) await this.#links.deleteOfUser(tx, userId, 'verify-email', 'reset-password');
    else await this.#links.deleteOfUser(tx, userId, 'verify-email');
  }
}
