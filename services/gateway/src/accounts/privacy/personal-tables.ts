import { idToBytes, type Transaction } from '@postern/runtime';
import type { Guesses } from '../guessing/guesses.ts';
import type { Links } from '../links/links.ts';
import type { SignUps } from '../sign-ups/sign-ups.ts';
import type { User } from '../users/user.ts';

/**
 * Every table with a row about a person, by the column that says whose it is; emptied in this order. A new one belongs in here, before
 * `users`: test/personal-tables.test.ts finds one that does not.
 */
export const PERSONAL_TABLES: readonly { table: string; column: string }[] = [
  { table: 'link_tokens', column: 'user_id' },
  { table: 'former_passwords', column: 'user_id' },
  { table: 'sessions', column: 'user_id' },
  { table: 'known_devices', column: 'user_id' },
  { table: 'totp_secrets', column: 'user_id' },
  { table: 'recovery_codes', column: 'user_id' },
  { table: 'sign_in_challenges', column: 'user_id' },
  { table: 'user_roles', column: 'user_id' },
  { table: 'request_records', column: 'user_id' },
  { table: 'users', column: 'id' },
];

/** The list of what an erased person leaves behind, in one place, and emptied in one go. */
export class PersonalTables {
  readonly #guesses: Guesses;
  readonly #signUps: SignUps;
  readonly #links: Links;

  constructor(guesses: Guesses, signUps: SignUps, links: Links) {
    this.#guesses = guesses;
    this.#signUps = signUps;
    this.#links = links;
  }

  async erase(tx: Transaction, user: User): Promise<void> {
    await this.#signUps.endAll(tx, user.email);
    for (const { table, column } of PERSONAL_TABLES) {
      await tx
        .sql(table)
        .where({ [column]: idToBytes(user.id) })
        .delete();
    }
    await this.#links.forgetAddress(tx, user.email);
    await this.#guesses.forget(tx, user.email);
  }
}
