import type { Transaction } from '@postern/runtime';
import type { Links } from '../links/links.ts';
import type { Sessions } from '../sessions/sessions.ts';

/**
 * What a new password takes away: sessions, and with them an address change that is under way. The notice of one tells
 * the owner to set a new password, so that must stop whoever asked for it (ASVS 5.0, 7.4.3).
 */
export class AccessRevocation {
  readonly #sessions: Sessions;
  readonly #links: Links;

  constructor(sessions: Sessions, links: Links) {
    this.#sessions = sessions;
    this.#links = links;
  }

  /** @param exceptSessionId the session that goes on, if any */
  async revoke(tx: Transaction, userId: string, exceptSessionId?: string): Promise<void> {
    await this.#sessions.endAll(tx, userId, 'password-changed', exceptSessionId);
    await this.#links.deleteOfUser(tx, userId, 'verify-email', 'reset-password');
  }
}
