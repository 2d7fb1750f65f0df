import { type Clock, newId, type Sql, type Transaction } from '@postern/runtime';
import type { User } from '../users/user.ts';
import type { FormerPasswordStore } from './former-password-store.ts';

/** How far back from its end an account's password, and from a change of address a second factor, may be of whoever has taken the account. */
export const LOOK_BACK_MS = 14 * 86_400_000;
/** The first of that time: whoever has taken an account cannot push its owner's out by replacing it again and again. */
const MOST = 3;

/**
 * Passwords that were replaced lately. Whoever takes an account replaces the password, too; by one of these, and the link to their mailbox, its
 * owner proves themselves (docs/decisions/way-back.md). They open nothing else.
 */
export class FormerPasswords {
  readonly #store: FormerPasswordStore;
  readonly #clock: Clock;

  constructor(store: FormerPasswordStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @param user locked, as they were before the change */
  async remember(tx: Transaction, { id: userId, passwordHash }: User): Promise<void> {
    const row = { id: newId(), userId, passwordHash, endedAt: this.#clock.now() };
    await this.#store.add(tx, row, MOST, this.#since());
  }

  /** The hashes of a person's password and of those before it: as many for everybody, so that the time to compare them says nothing. */
  async withPresent(db: Sql, { id, passwordHash }: User): Promise<(string | undefined)[]> {
    const former = await this.#store.ofUser(db, id, this.#since());
    return [passwordHash, ...Array.from({ length: MOST }, (_, index) => former[index]?.passwordHash)];
  }

  /** What is remembered now counts until then, and no longer. */
  forgetAt(tx: Transaction, userId: string, at: Date): Promise<void> {
    return this.#store.endBy(tx, userId, new Date(at.getTime() - LOOK_BACK_MS));
  }

  forget(tx: Transaction, userId: string): Promise<void> {
    return this.#store.deleteOfUser(tx, userId);
  }

  #since(): Date {
    return new Date(this.#clock.now().getTime() - LOOK_BACK_MS);
  }
}
