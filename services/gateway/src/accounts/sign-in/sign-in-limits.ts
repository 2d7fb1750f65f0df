import { newId, type Transaction } from '@postern/runtime';
import type { Guess, Guesses } from '../guessing/guesses.ts';
import type { PasswordLimits } from '../guessing/password-limits.ts';
import type { Devices } from '../sessions/devices.ts';
import type { User } from '../users/user.ts';

/** Who tries to sign in, and as whom. */
interface Attempt {
  email: string;
  /** Absent when nobody has the address. */
  user: User | undefined;
  deviceToken: string | undefined;
  /** The client's address. */
  address: string;
}

/** An attempt that was let through. */
export interface Admission {
  guess: Guess;
  /** The device that the token proves to be known. */
  device: string | undefined;
}

/** Lets attempts to sign in through, those of known devices past the delays that strangers have caused. */
export class SignInLimits {
  readonly #guesses: Guesses;
  readonly #devices: Devices;
  readonly #limits: PasswordLimits;

  constructor(guesses: Guesses, devices: Devices, limits: PasswordLimits) {
    this.#guesses = guesses;
    this.#devices = devices;
    this.#limits = limits;
  }

  /** @throws ProblemError 429 with Retry-After while a delay runs, and for too many in a minute */
  async admit({ email, user, deviceToken, address }: Attempt): Promise<Admission> {
    // The same work for an address without an account: a token of somebody who does not exist is compared.
    const device = this.#devices.read(user ?? { id: newId(), credentialVersion: 0 }, deviceToken);
    const guess = await this.#guesses.begin({ account: email, address, device });
    const known = device === undefined || user === undefined ? undefined : { userId: user.id, device };
    await this.#limits.admit({ email, address, known });
    return { guess, device };
  }

  /**
   * Counts a right password. A known device was counted as such: whoever else has the password does not hold it up.
   *
   * @throws ProblemError 429 with Retry-After for too many in a minute
   */
  async countRight({ device }: Admission, user: User, address: string): Promise<void> {
    if (device === undefined) await this.#limits.succeeded(user.id, address);
  }

  /** Counts a wrong attempt. @throws ProblemError 429 when a delay has begun meanwhile, for a right one too */
  settle({ guess }: Admission, right: boolean): Promise<void> {
    return this.#guesses.settle(guess, right);
  }

  succeeded(tx: Transaction, { guess }: Admission): Promise<void> {
    return this.#guesses.succeeded(tx, guess);
  }
}
