import { shownAddress } from '@postern/events';
import { type Clock, idToBytes, isDuplicateKey, type Sql, type Transaction } from '@postern/runtime';
import type { Knex } from 'knex';
import { foldText, searchEmail, searchName } from './fold-text.ts';
import type { NewUser, Profile, User } from './user.ts';
import { type UserQuery, UserStore } from './user-store.ts';
import { users } from './users-table.ts';

export class SqlUserStore extends UserStore {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override async insertIfAbsent(tx: Transaction, user: NewUser): Promise<void> {
    const now = this.#clock.now();
    const state = { credentialVersion: 0, emailVerifiedAt: now, disabledAt: null, createdAt: now, updatedAt: now };
    const row = users.store({ ...user, ...state });
    const search_email = searchEmail(user.email, shownAddress(user.email));
    await tx
      .sql('users')
      .insert({ ...row, search_name: searchName(user), search_email })
      .onConflict('email')
      .ignore();
    // From a SELECT, so that a taken address runs the same statement and gets no row.
    await tx.sql.raw("INSERT INTO user_roles (user_id, role) SELECT id, 'user' FROM users WHERE id = ?", [
      idToBytes(user.id),
    ]);
  }

  override byEmail({ sql }: Sql, email: string): Promise<User | undefined> {
    return first(sql('users').where({ email }));
  }

  override byId({ sql }: Sql, id: string): Promise<User | undefined> {
    return first(sql('users').where({ id: idToBytes(id) }));
  }

  override lock({ sql }: Transaction, id: string): Promise<User | undefined> {
    const query = sql('users').where({ id: idToBytes(id) });
    return first(query.forUpdate());
  }

  override lockByEmail({ sql }: Transaction, email: string): Promise<User | undefined> {
    return first(sql('users').where({ email }).forUpdate());
  }

  override async voidProofs({ sql }: Transaction, id: string, passwordHash?: string): Promise<void> {
    const change = sql('users').where({ id: idToBytes(id) });
    if (passwordHash !== undefined) change.update({ password_hash: passwordHash, updated_at: this.#clock.now() });
    await change.increment('credential_version', 1);
  }

  override async rehash({ sql }: Transaction, proven: User, hash: string): Promise<void> {
    await sql('users')
      .where({ id: idToBytes(proven.id), credential_version: proven.credentialVersion })
      .update({ password_hash: hash, updated_at: this.#clock.now() });
  }

  override async setProfile(tx: Transaction, id: string, profile: Profile): Promise<void> {
    const { firstName, lastName, mobileNumber, locale } = profile;
    const names = { first_name: firstName, last_name: lastName, search_name: searchName(profile) };
    await this.#update(tx, id, { ...names, mobile_number: mobileNumber, locale });
  }

  override async setEmail(tx: Transaction, id: string, email: string): Promise<boolean> {
    try {
      const search_email = searchEmail(email, shownAddress(email));
      await this.#update(tx, id, { email, search_email, email_verified_at: this.#clock.now() });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  override async setDisabled(tx: Transaction, id: string, disabled: boolean): Promise<void> {
    await this.#update(tx, id, { disabled_at: disabled ? this.#clock.now() : null });
  }

  override async delete(tx: Transaction, id: string): Promise<void> {
    await tx
      .sql('users')
      .where({ id: idToBytes(id) })
      .delete();
  }

  override async page({ sql }: Sql, { search, after, limit }: UserQuery): Promise<User[]> {
    const query = sql('users').orderBy('id', 'desc').limit(limit);
    if (after !== undefined) query.where('id', '<', idToBytes(after));
    if (search !== undefined) {
      const pattern = `%${foldText(search).replaceAll(/[!%_]/g, '!$&')}%`;
      const like = (column: string) => sql.raw("?? LIKE ? ESCAPE '!'", [column, pattern]);
      query.where((any) => any.where(like('search_email')).orWhere(like('search_name')));
    }
    return (await query).map(users.read);
  }

  async #update(tx: Transaction, id: string, fields: Record<string, unknown>): Promise<void> {
    await tx
      .sql('users')
      .where({ id: idToBytes(id) })
      .update({ ...fields, updated_at: this.#clock.now() });
  }
}

async function first(people: Knex.QueryBuilder): Promise<User | undefined> {
  const row = await people.first();
  return row && users.read(row);
}
