import { shownAddress } from '@postern/events';
import { type Clock, FakeClock, type Sql, type Transaction } from '@postern/runtime';
import { foldText, searchEmail, searchName } from './fold-text.ts';
import type { NewUser, Profile, User } from './user.ts';
import { type UserQuery, UserStore } from './user-store.ts';

export class MemoryUserStore extends UserStore {
  readonly users = new Map<string, User>();
  readonly #clock: Clock;

  constructor(clock: Clock = new FakeClock()) {
    super();
    this.#clock = clock;
  }

  override async insertIfAbsent(tx: Transaction, user: NewUser): Promise<void> {
    if (await this.byEmail(tx, user.email)) return;
    const now = this.#clock.now();
    const { id, email, firstName, lastName, mobileNumber, locale, passwordHash } = user;
    const typed = { id, email, firstName, lastName, mobileNumber, locale, passwordHash };
    const state = { credentialVersion: 0, emailVerifiedAt: now, disabledAt: null, createdAt: now, updatedAt: now };
    this.users.set(id, { ...typed, ...state });
  }

  override async byEmail(_db: Sql, email: string): Promise<User | undefined> {
    return [...this.users.values()].find((user) => user.email === email);
  }

  override lockByEmail(tx: Transaction, email: string): Promise<User | undefined> {
    return this.byEmail(tx, email);
  }

  override async byId(_db: Sql, id: string): Promise<User | undefined> {
    return this.users.get(id);
  }

  override async voidProofs(_tx: Transaction, id: string, passwordHash?: string): Promise<void> {
    const credentialVersion = (this.users.get(id)?.credentialVersion ?? 0) + 1;
    this.#change(id, { credentialVersion, ...(passwordHash !== undefined && { passwordHash }) });
  }

  override async lock(_tx: Transaction, id: string): Promise<User | undefined> {
    return this.users.get(id);
  }

  override async rehash(_tx: Transaction, { id, credentialVersion }: User, passwordHash: string): Promise<void> {
    if (this.users.get(id)?.credentialVersion === credentialVersion) this.#change(id, { passwordHash });
  }

  override async setProfile(_tx: Transaction, id: string, profile: Profile): Promise<void> {
    this.#change(id, profile);
  }

  override async setEmail(tx: Transaction, id: string, email: string): Promise<boolean> {
    const owner = await this.byEmail(tx, email);
    if (owner && owner.id !== id) return false;
    this.#change(id, { email, emailVerifiedAt: this.#clock.now() });
    return true;
  }

  override async setDisabled(_tx: Transaction, id: string, disabled: boolean): Promise<void> {
    this.#change(id, { disabledAt: disabled ? this.#clock.now() : null });
  }

  override async delete(_tx: Transaction, id: string): Promise<void> {
    this.users.delete(id);
  }

  override async page(_db: Sql, { search, after, limit }: UserQuery): Promise<User[]> {
    const has = (text: string) => text.includes(foldText(search ?? ''));
    return [...this.users.values()]
      .filter((user) => after === undefined || user.id < after)
      .filter((user) => has(searchEmail(user.email, shownAddress(user.email))) || has(searchName(user)))
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, limit);
  }

  #change(id: string, fields: Partial<User>): void {
    const user = this.users.get(id);
    if (user) this.users.set(id, { ...user, ...fields, updatedAt: this.#clock.now() });
  }
}
