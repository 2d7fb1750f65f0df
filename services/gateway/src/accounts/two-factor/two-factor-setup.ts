import { UserRecoveryCodesRenewed, UserTwoFactorDisabled, UserTwoFactorEnabled } from '@postern/events';
import type { Clock, Sql, Transaction } from '@postern/runtime';
import { defineProblem, type RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { originNow } from '../audit/origin.ts';
import { TwoFactorIsOff } from '../factors/factor-problems.ts';
import { type SecretBox, TOTP_PURPOSE } from '../tokens/secret-box.ts';
import { personOf, type User } from '../users/user.ts';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import type { SecondFactorStore } from './second-factor-store.ts';
import { newTotpSecret } from './totp.ts';

export const TwoFactorIsOn = defineProblem({
  type: 'two-factor-on',
  status: 409,
  title: 'A second factor is set up already',
  explanation: 'Disable the second factor before you set up another one.',
});

export interface TwoFactorState {
  /** When it was turned on; null while it is off. */
  enabledAt: Date | null;
  /** Since when codes of the app are not accepted. */
  lockedAt: Date | null;
  /** Recovery codes that were not used. */
  codesLeft: number;
}

/** Setting up and removing a second factor. */
export class TwoFactorSetup {
  readonly #store: SecondFactorStore;
  readonly #box: SecretBox;
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(store: SecondFactorStore, box: SecretBox, journal: Journal, clock: Clock) {
    this.#store = store;
    this.#box = box;
    this.#journal = journal;
    this.#clock = clock;
  }

  /** Makes a secret, which counts once a code of it has come. @throws ProblemError 409 `two-factor-on` */
  async enrol(tx: Transaction, user: User): Promise<Buffer> {
    if ((await this.#store.find(tx, user.id))?.confirmedAt) throw TwoFactorIsOn.error();
    const secret = newTotpSecret();
    await this.#store.begin(tx, user.id, this.#box.seal(TOTP_PURPOSE, user.id, secret), this.#clock.now());
    return secret;
  }

  /** That a factor is being set up. @throws ProblemError 409 `two-factor-on` when it is on already, `two-factor-off` when none was begun */
  async requireBegun(db: Sql, user: User): Promise<void> {
    const row = await this.#store.find(db, user.id);
    if (!row) throw TwoFactorIsOff.error();
    if (row.confirmedAt) throw TwoFactorIsOn.error();
  }

  /** Turns the factor on, after a code of it was accepted. Returns recovery codes, which are never shown again. */
  async confirm(tx: Transaction, user: User, context: RequestContext): Promise<string[]> {
    await this.#store.confirm(tx, user.id, this.#clock.now());
    const data = { ...personOf(user), ...originNow(this.#clock, context) };
    await this.#journal.publish(tx, UserTwoFactorEnabled, data, context);
    await this.#record(tx, 'enable-two-factor', user, context);
    return this.#newCodes(tx, user);
  }

  /** @throws ProblemError 409 `two-factor-off` */
  async renewCodes(tx: Transaction, user: User, context: RequestContext): Promise<string[]> {
    await this.#requireOn(tx, user);
    const data = { ...personOf(user), ...originNow(this.#clock, context) };
    await this.#journal.publish(tx, UserRecoveryCodesRenewed, data, context);
    await this.#record(tx, 'replace-recovery-codes', user, context);
    return this.#newCodes(tx, user);
  }

  /** @throws ProblemError 409 `two-factor-off` */
  async remove(tx: Transaction, user: User): Promise<void> {
    await this.#requireOn(tx, user);
    await this.#store.remove(tx, user.id);
  }

  /** @throws ProblemError 409 `two-factor-off` */
  async disable(tx: Transaction, user: User, context: RequestContext): Promise<void> {
    await this.remove(tx, user);
    const data = { ...personOf(user), ...originNow(this.#clock, context) };
    await this.#journal.publish(tx, UserTwoFactorDisabled, data, context);
    await this.#record(tx, 'disable-two-factor', user, context);
  }

  /** As `disable`, and also of a factor that is being set up, or of none. */
  async drop(tx: Transaction, user: User, context: RequestContext): Promise<void> {
    if ((await this.#store.find(tx, user.id))?.confirmedAt) await this.disable(tx, user, context);
    else await this.#store.remove(tx, user.id);
  }

  async state(tx: Transaction, user: User): Promise<TwoFactorState> {
    const row = await this.#store.find(tx, user.id);
    const codesLeft = await this.#store.countCodes(tx, user.id);
    return { enabledAt: row?.confirmedAt ?? null, lockedAt: row?.lockedAt ?? null, codesLeft };
  }

  async #requireOn(tx: Transaction, user: User): Promise<void> {
    if (!(await this.#store.find(tx, user.id))?.confirmedAt) throw TwoFactorIsOff.error();
  }

  async #newCodes(tx: Transaction, user: User): Promise<string[]> {
    const codes = newRecoveryCodes();
    await this.#store.replaceCodes(tx, user.id, codes.map(hashRecoveryCode));
    return codes;
  }

  #record(
    tx: Transaction,
    action: 'enable-two-factor' | 'disable-two-factor' | 'replace-recovery-codes',
    { id }: User,
    context: RequestContext,
  ): Promise<void> {
    return this.#journal.record(tx, { action, outcome: 'success', actorId: id, subjectId: id, context });
  }
}
