import type { Clock } from '@postern/runtime';
import { type Admitted, RateLimiter } from '../../http/limits/rate-limiter.ts';
import { addressBlock } from '../../http/read-address.ts';
import type { Limit } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import { hasLink } from './link-holders.ts';
import type { PasswordCounts } from './password-counts.ts';

const WINDOW_SECONDS = 60;
const HOUR_SECONDS = 3_600;

/** Whose password is to be looked at. */
export interface Signer {
  email: string;
  /** The client's address. */
  address: string;
  /** The account whose known device it is, and which one, as its token proves. */
  known: { userId: string; device: string } | undefined;
}

/** Who is mailed of what they do, or of what somebody does in their name. */
interface Notified {
  userId: string;
  /** The client's address. */
  address: string;
}

/**
 * How many passwords are looked at in a minute (the numbers: accounts/config.ts), right ones too: each costs a hash, and each right one a session (ASVS 5.0, 2.4.1
 * and 15.1.3). Delays against guessing (`Guesses`) do not see them. Refused before the hash: too many for one account from
 * one client address, too many from that address. Known devices count each for itself, and only then together for their account, so that
 * neither who is behind their address nor one that was taken holds another up; and right passwords of other devices by their account wherever they come from, which strangers do not
 * have (docs/decisions/limits.md).
 */
export class PasswordLimits {
  readonly #limiter: RateLimiter;
  readonly #config: AccountsConfig['env'];

  constructor(counts: PasswordCounts, { env }: AccountsConfig, clock: Clock) {
    this.#limiter = new RateLimiter(counts, clock);
    this.#config = env;
  }

  /** Call it before the hash. @throws ProblemError 429 `rate-limited` with Retry-After */
  async admit({ email, address, known }: Signer): Promise<void> {
    const limits: Limit[] = known
      ? [
          this.#perAccount('sign-in-device', `${known.userId} ${known.device}`),
          { ...this.#perAddress('sign-in-devices'), per: () => known.userId },
        ]
      : [
          this.#perAccount('sign-in', `${addressBlock(address)} ${email}`),
          { ...this.#perAddress('sign-in-address'), per: 'address' },
        ];
    await this.#check(address, limits);
  }

  /** Counts a right password of a device that is not known. Throws as `admit` does. */
  async succeeded(userId: string, address: string): Promise<void> {
    await this.#check(address, [this.#perAccount('sign-in-account', userId)]);
  }

  /**
   * Before the hash of a password that somebody gives who is signed in, or has the link of a mail. By the session or link, so that one that was
   * taken over does not hold up its owner's; and sessions by the account and the client address as well, as an account has many. Throws as `admit` does.
   */
  async own(userId: string, holder: string, address: string): Promise<void> {
    const limits: Limit[] = [this.#perAccount('own-password', `${userId} ${holder}`)];
    // Not for links: whoever has taken sessions over, behind the owner's address, would keep the owner from the way back.
    if (!hasLink(holder)) {
      limits.push({ ...this.#perAddress('own-password-address'), per: () => `${userId} ${addressBlock(address)}` });
    }
    await this.#check(address, limits);
  }

  /**
   * Runs what sets a new password, once the old one was right and the new one may be set: each is mailed, and whoever has the old one could have a mailbox
   * flooded with such notices. One that is refused counts nowhere, or it would keep the owner from theirs. Throws as `admit` does.
   */
  changing<T>(whom: Notified, run: () => Promise<T>): Promise<T> {
    return this.#noticing('password-changes', whom, run);
  }

  /** Runs what turns a second factor on, once the code was right: it is mailed, and so is its removal. Throws as `admit` does. */
  turningFactorOn<T>(whom: Notified, run: () => Promise<T>): Promise<T> {
    return this.#noticing('two-factor', whom, run);
  }

  /** Runs what finishes a sign-in with a recovery code, or confirms a password with one, once that was right: each is mailed, and a set has ten. Throws as `admit` does. */
  usingRecoveryCode<T>(whom: Notified, run: () => Promise<T>): Promise<T> {
    return this.#noticing('recovery-codes-used', whom, run);
  }

  /** What the database cannot do is not mailed, and counts nowhere either: ten tries while a disk is full would keep the owner out for an hour. */
  async #noticing<T>(name: string, { userId, address }: Notified, run: () => Promise<T>): Promise<T> {
    const max = this.#config.MAILS_PER_HOUR;
    const counted = await this.#check(address, [{ name, per: () => userId, max, windowSeconds: HOUR_SECONDS }]);
    return this.#limiter.takingBack(counted, run);
  }

  #perAddress(name: string): Omit<Limit, 'per'> {
    return { name, max: this.#config.SIGN_INS_PER_ADDRESS, windowSeconds: WINDOW_SECONDS };
  }

  #perAccount(name: string, value: string): Limit {
    return { name, per: () => value, max: this.#config.SIGN_INS_PER_ACCOUNT, windowSeconds: WINDOW_SECONDS };
  }

  #check(address: string, limits: readonly Limit[]): Promise<Admitted> {
    const nothing = { body: undefined, params: undefined, query: undefined, principal: undefined };
    return this.#limiter.check(limits, { address, ...nothing });
  }
}
