import { createHmac } from 'node:crypto';
import type { Clock, Sql, Transaction } from '@postern/runtime';
import { addressBlock, addressSite, CLIENTS_OF_A_SITE } from '../../http/read-address.ts';
import { defineProblem } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import type { RootKey } from '../root-key.ts';
import type { GuessRow, GuessStore } from './guess-store.ts';

export const TooManyGuesses = defineProblem({
  type: 'too-many-guesses',
  status: 429,
  title: 'Too many wrong tries',
  explanation:
    'There were several wrong passwords or codes for this account, or for many accounts from your address. Each further one makes the wait longer, up to a few minutes; Retry-After gives the current wait. A device that has signed in before does not wait because of others, and a new password ends the wait of the account.',
});

/** After this time half of the failures are forgotten. */
const HALF_LIFE_MS = 3_600_000;
/** 2 ** 20 s is past any longest delay; higher powers would only overflow what it cuts off. */
const MAX_POWER = 20;

/** So much may two looks at the database's clock differ. A delay that is longer by more was begun while that clock was ahead. */
const CLOCK_ROOM_MS = 60_000;

/** Whose guess it is. */
export interface Guesser {
  /** What is guessed at: an account's address, a user's second factor. */
  account: string;
  /** The client's address. */
  address: string;
  /** A device that has signed in to this account before, as its token proves. */
  device?: string | undefined;
  /** What else distinguishes who guesses from a stranger: a session, or a mailed link. Each counts for itself. */
  holder?: string | undefined;
}

/** A guess that was let through: who is counted when it turns out wrong. */
export interface Guess {
  account: Buffer;
  /** Absent for anybody who is not a stranger: they count for themselves alone. `wide` is the site of a client of IPv6. */
  network?: { address: Buffer; pair: Buffer; wide?: Buffer };
  /** It counts for its account already. */
  reserved?: true;
}

/** Blocked until long ago. Not "until now": the clocks of replicas differ. */
const NOT_BLOCKED = new Date(0);

/**
 * Slows down guessing. Some wrong passwords are free; each further one doubles a delay, up to a settable bound, for the account
 * (whether it exists or not) and for the client's address, in a table that all replicas share. Counts halve within an hour. Never a lock: a
 * stranger can make an account wait, not close it, and a device that has signed in before counts for itself and
 * waits for no stranger (ASVS 5.0, 6.1.1 and 6.3.1; NIST SP 800-63B-4, 3.2.2; OWASP, "device cookies").
 *
 * An address is judged by how many accounts failed from it: one colleague's typos count once, and no more when the right
 * password came in the end (docs/decisions/limits.md).
 *
 * Delays are looked at before the work and again after it, when the outcome is counted: of a thousand guesses that come
 * at once, only as many are answered as would have been one by one, and a right one among the rest is refused like
 * the wrong ones. Honest sign-ins at the same time do not hinder each other. Where each look has a cost of its own for the
 * account, as with codes, it is counted before instead (`reserve`).
 */
export class Guesses {
  readonly #store: GuessStore;
  readonly #database: Sql;
  readonly #config: AccountsConfig['env'];
  readonly #root: RootKey;
  readonly #clock: Clock;

  constructor(store: GuessStore, database: Sql, { env, root }: AccountsConfig, clock: Clock) {
    this.#store = store;
    this.#database = database;
    this.#config = env;
    this.#root = root;
    this.#clock = clock;
  }

  /** @throws ProblemError 429 with Retry-After while a delay runs */
  async begin(guesser: Guesser): Promise<Guess> {
    const guess = this.#subjects(guesser);
    await this.#lookAt(guess);
    return guess;
  }

  /**
   * As `begin`, and the guess counts as a wrong one of its account until `succeeded` takes it back: of any number at once no more
   * are let through than would have been one by one, so that what comes of each may be looked at and written down.
   *
   * @throws ProblemError 429 with Retry-After while a delay runs
   */
  async reserve(guesser: Guesser): Promise<Guess> {
    const guess = this.#subjects(guesser);
    if (guess.network) await this.#look(...addressesOf(guess.network));
    await this.#count(guess.account, this.#config.GUESS_FREE_PER_ACCOUNT);
    return { ...guess, reserved: true };
  }

  /**
   * Reports how the guess turned out; a wrong one is counted.
   *
   * @throws ProblemError 429 when a delay has begun meanwhile, whether the guess was right or wrong
   */
  async settle(guess: Guess, right: boolean): Promise<void> {
    await this.#lookAt(guess);
    if (right) return;
    if (guess.network) await this.#countAddress(guess.network);
    if (!guess.reserved) await this.#count(guess.account, this.#config.GUESS_FREE_PER_ACCOUNT);
  }

  /** Forgets wrong guesses of which the right one came in the end. */
  async succeeded(tx: Transaction, { account, network }: Guess): Promise<void> {
    const [wrong, ofPair] = await this.#store.findAll(tx, network ? [account, network.pair] : [account]);
    // Most sign-ins have nothing to forget.
    if (wrong) await this.#store.clear(tx, account);
    // What the address was counted for has been forgotten there as well: there is nothing to take back.
    if (!network || !ofPair || this.#remembered(ofPair) === 0) return;
    // The account has failed from the address once: of several right ones at the same time, one takes that back.
    if (!(await this.#store.clear(tx, network.pair))) return;
    // After the transaction, which would hold the row that everybody behind the address shares until its COMMIT.
    for (const address of addressesOf(network)) {
      tx.afterCommit(() => void this.#lower(address).catch(() => undefined));
    }
  }

  /** Lost to another change or to the database, it is only counted once too often for an hour. */
  async #lower(address: Buffer): Promise<void> {
    const seen = await this.#store.find(this.#database, address);
    if (seen && seen.failures > 0) {
      await this.#store.advance(this.#database, address, seen, { ...seen, failures: seen.failures - 1 });
    }
  }

  /** Forgets what strangers did to an account whose owner has proven themselves otherwise. */
  async forget(tx: Transaction, account: string): Promise<void> {
    await this.#store.clear(tx, this.#subject(`account:${account}`));
  }

  #subjects({ account, address, device, holder }: Guesser): Guess {
    if (holder !== undefined) return { account: this.#subject(`holder:${holder}:${account}`) };
    // Each for itself: a token is renewed as the same device, and another one takes a whole sign-in, which needs no guess.
    if (device !== undefined) return { account: this.#subject(`device:${device}:${account}`) };
    const [block, site] = [addressBlock(address), addressSite(address)];
    return {
      account: this.#subject(`account:${account}`),
      network: {
        address: this.#subject(`address:${block}`),
        pair: this.#subject(`pair:${block}:${account}`),
        ...(site !== address && { wide: this.#subject(`site:${site}`) }),
      },
    };
  }

  async #lookAt({ account, network, reserved }: Guess): Promise<void> {
    await this.#look(...(network ? addressesOf(network) : []), ...(reserved ? [] : [account]));
  }

  /** Once for each account that fails from it. */
  async #countAddress({ address, pair, wide }: NonNullable<Guess['network']>): Promise<void> {
    const seen = await this.#store.find(this.#database, pair);
    if (seen && this.#remembered(seen) > 0) return;
    const now = this.#clock.now();
    const first = { failures: 1, blockedUntil: NOT_BLOCKED, updatedAt: now };
    // Of several at the same time one is the first, and counts for all of them.
    if (!(await this.#store.advance(this.#database, pair, seen, first))) return;
    await this.#count(address, this.#config.GUESS_FREE_PER_ADDRESS);
    if (wide) await this.#count(wide, this.#config.GUESS_FREE_PER_ADDRESS * CLIENTS_OF_A_SITE);
  }

  /** What is known of the subjects, if no delay runs for any of them; the first of those that have one says how long it is. */
  async #look(...subjects: Buffer[]): Promise<(GuessRow | undefined)[]> {
    if (subjects.length === 0) return [];
    const rows = await this.#store.findAll(this.#database, subjects);
    const longestMs = this.#config.GUESS_MAX_DELAY_SECONDS * 1000 + CLOCK_ROOM_MS;
    for (const row of rows) {
      const waitMs = row ? row.blockedUntil.getTime() - this.#clock.now().getTime() : 0;
      if (waitMs > 0 && waitMs <= longestMs) throw refusal(waitMs);
    }
    return rows;
  }

  async #count(subject: Buffer, free: number): Promise<void> {
    for (;;) {
      const [seen] = await this.#look(subject);
      // Whoever loses the race looks again and finds one failure more: there are as many rounds as free guesses.
      if (await this.#store.advance(this.#database, subject, seen, this.#next(seen, free))) return;
    }
  }

  #next(seen: GuessRow | undefined, free: number): GuessRow {
    const now = this.#clock.now();
    const failures = (seen ? this.#remembered(seen) : 0) + 1;
    if (failures < free) return { failures, blockedUntil: NOT_BLOCKED, updatedAt: now };
    const seconds = Math.min(2 ** Math.min(failures - free, MAX_POWER), this.#config.GUESS_MAX_DELAY_SECONDS);
    return { failures, blockedUntil: new Date(now.getTime() + seconds * 1000), updatedAt: now };
  }

  #remembered({ failures, updatedAt }: GuessRow): number {
    const age = Math.max(0, this.#clock.now().getTime() - updatedAt.getTime());
    return Math.round(failures * 0.5 ** (age / HALF_LIFE_MS));
  }

  /** Addresses of people and clients are personal: the table has a keyed hash of them. */
  #subject(text: string): Buffer {
    return createHmac('sha256', this.#root.derive('guess')).update(text).digest();
  }
}

function addressesOf({ address, wide }: NonNullable<Guess['network']>): Buffer[] {
  return wide ? [address, wide] : [address];
}

function refusal(waitMs: number) {
  const seconds = Math.ceil(waitMs / 1000);
  return TooManyGuesses.error({
    detail: `Try again in ${seconds} s, or reset your password.`,
    headers: { 'retry-after': String(seconds) },
  });
}
