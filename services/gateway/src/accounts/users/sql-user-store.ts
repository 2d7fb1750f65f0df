import { shownAddress } from '@postern/events';
import { type Clock, idToBytes, isDuplicateKey, type Sql, type Transaction } from '@postern/runtime';
import { foldText, searchEmail, searchName } from './fold-text.ts';
import type { NewUser, Profile, User } from './user.ts';
import { toUser, type UserRow } from './user-row.ts';
import { type UserQuery, UserStore } from './user-store.ts';

export class SqlUserStore extends UserStore {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override async insertIfAbsent(tx: Transaction, user: NewUser): Promise<void> {
    const now = this.#clock.now();
    const id = idToBytes(user.id);
    await tx
      .sql('users')
      .insert({
        id,
        email: user.email,
        search_name: searchName(user),
        search_email: searchEmail(user.email, shownAddress(user.email)),
        first_name: user.firstName,
        last_name: user.lastName,
        mobile_number: user.mobileNumber,
        locale: user.locale,
        password_hash: user.passwordHash,
        email_verified_at: now,
        disabled_at: null,
        created_at: now,
        updated_at: now,
      })
      .onConflict('email')
      .ignore();
    // From a SELECT, so that a taken address runs the same statement and gets no row.
    await tx.sql.raw("INSERT INTO user_roles (user_id, role) SELECT id, 'user' FROM users WHERE id = ?", [id]);
  }

  override async byEmail({ sql }: Sql, email: string): Promise<User | undefined> {
    const row = await sql<UserRow>('users').where({ email }).first();
    return row && toUser(row);
  }

  override async byId({ sql }: Sql, id: string): Promise<User | undefined> {
    const row = await sql<UserRow>('users')
      .where({ id: idToBytes(id) })
      .first();
    return row && toUser(row);
  }

  override async lock({ sql }: Transaction, id: string): Promise<User | undefined> {
    const row = await sql<UserRow>('users')
      .where({ id: idToBytes(id) })
      .forUpdate()
      .first();
    return row && toUser(row);
  }

  override async lockByEmail({ sql }: Transaction, email: string): Promise<User | undefined> {
    const row = await sql<UserRow>('users').where({ email }).forUpdate().first();
    return row && toUser(row);
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
    const query = sql<UserRow>('users').orderBy('id', 'desc').limit(limit);
    if (after !== undefined) query.where('id', '<', idToBytes(after));
    if (search !== undefined) {
      const pattern = `%${foldText(search).replaceAll(/[!%_]/g, '!$&')}%`;
      const like = (column: string) => sql.raw("?? LIKE ? ESCAPE '!'", [column, pattern]);
      query.where((any) => any.where(like('search_email')).orWhere(like('search_name')));
    }
    return (await query).map(toUser);
  }

  async #update(tx: Transaction, id: string, fields: Partial<UserRow>): Promise<void> {
    await tx
      .sql('users')
      .where({ id: idToBytes(id) })
      .update({ ...fields, updated_at: this.#clock.now() });
  }
}
