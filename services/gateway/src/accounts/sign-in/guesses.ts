import { createHmac } from 'node:crypto';
import type { Clock, Database, Transaction } from '@postern/runtime';
import { addressBlock } from '../../http/client-address.ts';
import { RateLimited } from '../../http/problems.ts';
import type { AccountsConfig } from '../config.ts';
import type { GuessRow, GuessStore } from './guess-store.ts';

/** Failures this old are forgotten. */
const MEMORY_MS = 24 * 3_600_000;
/** 2 ** 20 s is past any longest delay; higher powers would only overflow what it cuts off. */
const MAX_POWER = 20;

/** Whose guess it is. */
export interface Guesser {
  /** What is guessed at: an account's address, a user's second factor. */
  account: string;
  /** The client's address. */
  address: string;
  /** A device that has signed in to this account before, as its token proves. */
  device?: string | undefined;
}

/** A guess that was let through and counted as failed until it turns out right. */
export interface Guess {
  account: Buffer;
  address: Buffer;
}

/**
 * Slows down guessing. Some wrong passwords are free; each further one doubles a delay, up to five minutes, for the account
 * (whether it exists or not) and for the client's address, in a table that all replicas share. Never a lock: a
 * stranger can make an account wait, not close it, and a device that has signed in before counts for itself and does
 * not wait for strangers (ASVS 5.0, 6.1.1 and 6.3.1; NIST SP 800-63B-4, 3.2.2; OWASP, "device cookies").
 *
 * A guess is counted before the password is looked at, so that many at once are not all let through.
 */
export class Guesses {
  readonly #store: GuessStore;
  readonly #database: Database;
  readonly #config: AccountsConfig['env'];
  readonly #clock: Clock;

  constructor(store: GuessStore, database: Database, { env }: AccountsConfig, clock: Clock) {
    this.#store = store;
    this.#database = database;
    this.#config = env;
    this.#clock = clock;
  }

  /** @throws ProblemError 429 with Retry-After while a delay runs */
  async begin({ account, address, device }: Guesser): Promise<Guess> {
    const guess = {
      account: this.#subject(device === undefined ? `account:${account}` : `device:${account}:${device}`),
      address: this.#subject(`address:${addressBlock(address)}`),
    };
    await this.#count(guess.address, this.#config.GUESS_FREE_PER_ADDRESS);
    await this.#count(guess.account, this.#config.GUESS_FREE_PER_ACCOUNT);
    return guess;
  }

  /** The guess was right: the account starts afresh, the address gets this one guess back. */
  async succeeded(tx: Transaction, guess: Guess): Promise<void> {
    await this.#store.clear(tx, guess.account);
    await this.#store.forgive(tx, guess.address, this.#clock.now());
  }

  /** Forgets what strangers did to an account whose owner has proven themselves otherwise. */
  async forget(tx: Transaction, account: string): Promise<void> {
    await this.#store.clear(tx, this.#subject(`account:${account}`));
  }

  async #count(subject: Buffer, free: number): Promise<void> {
    for (;;) {
      const now = this.#clock.now();
      const seen = await this.#store.find(this.#database, subject);
      if (seen && seen.blockedUntil > now) throw refusal(seen.blockedUntil.getTime() - now.getTime());
      // Whoever loses the race looks again and finds one failure more: there are as many rounds as free guesses.
      if (await this.#store.advance(this.#database, subject, seen, this.#next(seen, free, now))) return;
    }
  }

  #next(seen: GuessRow | undefined, free: number, now: Date): GuessRow {
    const remembered = seen && now.getTime() - seen.updatedAt.getTime() < MEMORY_MS ? seen.failures : 0;
    const failures = remembered + 1;
    const seconds =
      failures < free ? 0 : Math.min(2 ** Math.min(failures - free, MAX_POWER), this.#config.GUESS_MAX_DELAY_SECONDS);
    return { failures, blockedUntil: new Date(now.getTime() + seconds * 1000), updatedAt: now };
  }

  /** Addresses of people and clients are personal: the table has a keyed hash of them. */
  #subject(text: string): Buffer {
    return createHmac('sha256', this.#config.KEY_ENCRYPTION_KEY).update(`postern/guess\0${text}`).digest();
  }
}

function refusal(waitMs: number) {
  const seconds = Math.ceil(waitMs / 1000);
  return RateLimited.error({
    detail: `There were too many wrong tries. Try again in ${seconds} s, or reset your password.`,
    headers: { 'retry-after': String(seconds) },
  });
}
