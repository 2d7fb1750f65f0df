import type { Clock, Sql, Transaction } from '@postern/runtime';
import type { AccountsConfig } from '../config.ts';
import type { CodeProof } from '../factors/checked-code.ts';
import { TwoFactorLocked, WrongCode } from '../factors/factor-problems.ts';
import { type SecretBox, TOTP_PURPOSE } from '../tokens/secret-box.ts';
import { hashRecoveryCode } from './recovery-codes.ts';
import type { SecondFactorStore } from './second-factor-store.ts';
import { totpStep } from './totp.ts';

/** Why a code is not accepted: the words of the audit log. */
export type CodeFault = 'wrong code' | 'used code' | 'wrong recovery code' | 'used recovery code' | 'locked';

const SIX_DIGITS = /^\d{6}$/;

/**
 * A person's second factor: codes by time (RFC 6238), and recovery codes for when the phone is gone.
 *
 * After TWO_FACTOR_TRIES codes of the app in a row of which none was right, none is accepted any more (NIST SP 800-63B-4, 3.2.2: 100 at
 * most, over all sessions and devices). A recovery code, of which nobody guesses 140 bits, still is, and ends it.
 */
export class SecondFactor {
  readonly #store: SecondFactorStore;
  readonly #box: SecretBox;
  readonly #tries: number;
  readonly #clock: Clock;

  constructor(store: SecondFactorStore, box: SecretBox, { env }: AccountsConfig, clock: Clock) {
    this.#store = store;
    this.#box = box;
    this.#tries = env.TWO_FACTOR_TRIES;
    this.#clock = clock;
  }

  /** Since when it is on; null before a code has confirmed its secret. */
  async since(db: Sql, userId: string): Promise<Date | null> {
    return (await this.#store.find(db, userId))?.confirmedAt ?? null;
  }

  /** Looks at a code of either kind. Nothing is used up and nothing counted: call `endStreak` or `fail`. */
  look(db: Sql, userId: string, code: string): Promise<CodeProof | CodeFault> {
    const typed = code.replaceAll(/\s/g, '');
    return SIX_DIGITS.test(typed) ? this.#lookAtStep(db, userId, typed) : this.#lookAtRecovery(db, userId, code);
  }

  /**
   * Uses a code up: each is good once (RFC 6238, 5.2; ASVS 5.0, 6.5.1).
   *
   * @throws ProblemError 403 `wrong-code` when it was used or its secret replaced in the meantime, `two-factor-locked` when others have failed
   */
  async spend(tx: Transaction, userId: string, proof: CodeProof): Promise<void> {
    if ('step' in proof) {
      if (await this.#store.spendStep(tx, userId, proof)) return;
      throw (await this.#store.find(tx, userId))?.lockedAt ? TwoFactorLocked.error() : WrongCode.error();
    }
    if (!(await this.#store.useCode(tx, userId, proof.recoveryHash, this.#clock.now()))) throw WrongCode.error();
    await this.#store.unlock(tx, userId);
  }

  /** A code of the app was right: the failures before it count no more, whether or not it comes to be used up. */
  async endStreak(tx: Transaction, userId: string, proof: CodeProof): Promise<void> {
    if ('step' in proof) await this.#store.forgetFailures(tx, userId, proof);
  }

  /**
   * Counts a code of the app that was not accepted; the last of too many locks the factor.
   *
   * @returns `locked` when others had locked it before this one was counted, the time when this one did
   */
  async fail(tx: Transaction, userId: string): Promise<'counted' | 'locked' | Date> {
    if (!(await this.#store.countFailure(tx, userId))) {
      return (await this.#store.find(tx, userId))?.lockedAt ? 'locked' : 'counted';
    }
    const now = this.#clock.now();
    return (await this.#store.lock(tx, userId, this.#tries, now)) ? now : 'counted';
  }

  async #lookAtStep(db: Sql, userId: string, code: string): Promise<CodeProof | CodeFault> {
    const row = await this.#store.find(db, userId);
    if (!row) return 'wrong code';
    if (row.lockedAt) return 'locked';
    const secret = this.#box.open(TOTP_PURPOSE, userId, row.sealedSecret);
    const step = totpStep(secret, code, this.#clock.now());
    if (step === undefined) return 'wrong code';
    return step <= row.lastStep ? 'used code' : { step, createdAt: row.createdAt };
  }

  async #lookAtRecovery(db: Sql, userId: string, code: string): Promise<CodeProof | CodeFault> {
    const recoveryHash = hashRecoveryCode(code);
    const found = await this.#store.findCode(db, userId, recoveryHash);
    if (found === 'unused') return { recoveryHash };
    return found === 'used' ? 'used recovery code' : 'wrong recovery code';
  }
}
