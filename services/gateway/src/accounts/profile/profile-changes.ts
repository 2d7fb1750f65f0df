import type { Transaction } from '@postern/runtime';
import type { Principal, RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { LiveAccounts } from '../sessions/live-accounts.ts';
import type { Profile, User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** The fields of a change; what is undefined stays. */
type ProfileChange = { [Field in keyof Profile]?: Profile[Field] | undefined };

/** What a person may change of themselves without proof. */
export class ProfileChanges {
  readonly #live: LiveAccounts;
  readonly #users: UserStore;
  readonly #journal: Journal;

  constructor(live: LiveAccounts, users: UserStore, journal: Journal) {
    this.#live = live;
    this.#users = users;
    this.#journal = journal;
  }

  /** The person as they are afterwards. */
  async apply(tx: Transaction, principal: Principal, change: ProfileChange, context: RequestContext): Promise<User> {
    // Locked: what stays is written as it was read, over what another change may have made of it meanwhile.
    const user = await this.#live.requireLocked(tx, principal);
    const { firstName, lastName, mobileNumber, locale } = change;
    await this.#users.setProfile(tx, user.id, {
      firstName: firstName ?? user.firstName,
      lastName: lastName ?? user.lastName,
      mobileNumber: mobileNumber === undefined ? user.mobileNumber : mobileNumber,
      locale: locale ?? user.locale,
    });
    const entry = { actorId: user.id, subjectId: user.id, context };
    await this.#journal.record(tx, { action: 'change-profile', outcome: 'success', ...entry });
    return this.#live.require(tx, principal);
  }
}
