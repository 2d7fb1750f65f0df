import { UserTwoFactorRemoved } from '@postern/events';
import type { Transaction } from '@postern/runtime';
import { NotFound } from '../../http/problems.ts';
import { defineProblem } from '../../http/route.ts';
import { auditedBy, type Doer } from '../audit/doer.ts';
import type { Journal } from '../audit/journal.ts';
import type { Endings } from '../sessions/endings.ts';
import { personOf, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { TwoFactorSetup } from './two-factor-setup.ts';

export const OwnTwoFactor = defineProblem({
  type: 'own-two-factor',
  status: 403,
  title: 'This is your own second factor',
  explanation:
    'An administrator removes the factor of another person. Your own is removed by DELETE /v1/auth/two-factor, which requires it; if you have lost it, another administrator helps, or the command `two-factor remove`.',
});

/** Helps somebody who has lost phone and recovery codes (ASVS 5.0, 6.4.4; docs/decisions/lost-second-factor.md). */
export class FactorRemoval {
  readonly #users: UserStore;
  readonly #setup: TwoFactorSetup;
  readonly #endings: Endings;
  readonly #journal: Journal;

  constructor(users: UserStore, setup: TwoFactorSetup, endings: Endings, journal: Journal) {
    this.#users = users;
    this.#setup = setup;
    this.#endings = endings;
    this.#journal = journal;
  }

  /** @throws ProblemError 404, 403 `own-two-factor`, 409 `two-factor-off` */
  async remove(tx: Transaction, userId: string, by: Doer): Promise<User> {
    const user = await this.#users.lock(tx, userId);
    if (!user) throw NotFound.error({ detail: 'No such user.' });
    if ('actorId' in by && by.actorId === user.id) throw OwnTwoFactor.error();
    await this.#setup.remove(tx, user);
    await this.#endings.end(tx, userId, 'two-factor-removed');
    const who = auditedBy(by);
    await this.#journal.publish(tx, UserTwoFactorRemoved, personOf(user), who.context);
    await this.#journal.record(tx, { action: 'remove-two-factor', outcome: 'success', subjectId: userId, ...who });
    return user;
  }
}
