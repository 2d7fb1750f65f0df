import { UserErased } from '@postern/events';
import type { Transaction } from '@postern/runtime';
import type { Principal, RequestContext } from '../../http/route.ts';
import { auditedBy, type Doer } from '../audit/doer.ts';
import type { Journal } from '../audit/journal.ts';
import type { LastAdmin } from '../roles/last-admin.ts';
import type { LiveAccounts } from '../sessions/live-accounts.ts';
import { personOf, type User } from '../users/user.ts';
import type { PersonalTables } from './personal-tables.ts';

/**
 * Erasing oneself (GDPR, article 17). Nothing that names the person stays in the gateway's tables; the audit log keeps ids,
 * which then belong to nobody. The event is the last thing that carries the address, so that the worker can confirm by
 * mail and forget it too.
 */
export class Erasure {
  readonly #live: LiveAccounts;
  readonly #lastAdmin: LastAdmin;
  readonly #tables: PersonalTables;
  readonly #journal: Journal;

  constructor(live: LiveAccounts, lastAdmin: LastAdmin, tables: PersonalTables, journal: Journal) {
    this.#live = live;
    this.#lastAdmin = lastAdmin;
    this.#tables = tables;
    this.#journal = journal;
  }

  /** @throws ProblemError 409 `last-admin` when nobody could look after the accounts any more */
  async erase(tx: Transaction, principal: Principal, context: RequestContext): Promise<void> {
    const user = await this.#live.requireLocked(tx, principal);
    await this.eraseUser(tx, user, { actorId: user.id, context });
  }

  /**
   * As `erase`, by whoever may: somebody who cannot sign in asked for it, say.
   *
   * @param user locked by the transaction
   * @throws ProblemError 409 `last-admin`
   */
  async eraseUser(tx: Transaction, user: User, by: Doer): Promise<void> {
    await this.#lastAdmin.keep(tx, user.id);
    await this.#tables.erase(tx, user);
    const who = auditedBy(by);
    await this.#journal.publish(tx, UserErased, personOf(user), who.context);
    await this.#journal.record(tx, { action: 'erase', outcome: 'success', subjectId: user.id, ...who });
  }
}
