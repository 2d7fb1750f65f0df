import type { Clock, Sql, Transaction } from '@postern/runtime';
import { defineProblem } from '../../http/route.ts';
import type { SecretBox } from '../tokens/secret-box.ts';
import { hashRecoveryCode } from './recovery-codes.ts';
import type { SecondFactorStore } from './second-factor-store.ts';
import { totpStep } from './totp.ts';

export const WrongCode = defineProblem({
  type: 'wrong-code',
  status: 403,
  title: 'The code is wrong',
  explanation:
    'The code is not the one that your app shows now, or it was used already. Wait for the next one, or use a recovery code. If codes are always wrong, check the clock of your phone.',
});

/** A code that was right when it was looked at; using it up shows whether somebody was faster. */
export type CodeProof = { step: number } | { recoveryHash: Buffer };

export const TOTP_PURPOSE = 'totp';

const SIX_DIGITS = /^\d{6}$/;

/** A person's second factor: codes by time (RFC 6238), and recovery codes for when the phone is gone. */
export class SecondFactor {
  readonly #store: SecondFactorStore;
  readonly #box: SecretBox;
  readonly #clock: Clock;

  constructor(store: SecondFactorStore, box: SecretBox, clock: Clock) {
    this.#store = store;
    this.#box = box;
    this.#clock = clock;
  }

  async isOn(db: Sql, userId: string): Promise<boolean> {
    return Boolean((await this.#store.find(db, userId))?.confirmedAt);
  }

  /** Looks at a code of either kind; undefined when it is wrong. Nothing is used up. */
  async look(db: Sql, userId: string, code: string): Promise<CodeProof | undefined> {
    const typed = code.replaceAll(/\s/g, '');
    if (SIX_DIGITS.test(typed)) {
      const row = await this.#store.find(db, userId);
      const secret = row && this.#box.open(TOTP_PURPOSE, userId, row.sealedSecret);
      const step = secret && totpStep(secret, typed, this.#clock.now());
      return step === undefined ? undefined : { step };
    }
    const recoveryHash = hashRecoveryCode(code);
    return (await this.#store.hasCode(db, userId, recoveryHash)) ? { recoveryHash } : undefined;
  }

  /**
   * Uses a code up: each is good once (RFC 6238, 5.2; ASVS 5.0, 6.5.1).
   *
   * @throws ProblemError 403 `wrong-code` when it was used in the meantime
   */
  async spend(tx: Transaction, userId: string, proof: CodeProof): Promise<void> {
    const spent =
      'step' in proof
        ? await this.#store.spendStep(tx, userId, proof.step)
        : await this.#store.useCode(tx, userId, proof.recoveryHash, this.#clock.now());
    if (!spent) throw WrongCode.error();
  }
}
