import type { Sql, Transaction } from '@postern/runtime';
import type { Principal, RequestContext } from '../../http/route.ts';
import type { CheckedCode } from '../factors/checked-code.ts';
import type { PasswordLimits } from '../guessing/password-limits.ts';
import type { Endings } from '../sessions/endings.ts';
import type { LiveAccounts } from '../sessions/live-accounts.ts';
import type { User } from '../users/user.ts';
import type { CodeCheck } from './code-check.ts';
import type { TwoFactorSetup, TwoFactorState } from './two-factor-setup.ts';

/** A person who sets up a second factor, step by step. */
export class Enrolments {
  readonly #setup: TwoFactorSetup;
  readonly #codes: CodeCheck;
  readonly #live: LiveAccounts;
  readonly #endings: Endings;
  readonly #limits: PasswordLimits;

  constructor(setup: TwoFactorSetup, codes: CodeCheck, live: LiveAccounts, endings: Endings, limits: PasswordLimits) {
    this.#setup = setup;
    this.#codes = codes;
    this.#live = live;
    this.#endings = endings;
    this.#limits = limits;
  }

  async state(tx: Transaction, principal: Principal): Promise<TwoFactorState> {
    return this.#setup.state(tx, await this.#live.require(tx, principal));
  }

  /** A secret for the app. @throws ProblemError 409 `two-factor-on` */
  async begin(tx: Transaction, principal: Principal): Promise<{ user: User; secret: Buffer }> {
    const user = await this.#live.requireLocked(tx, principal);
    return { user, secret: await this.#setup.enrol(tx, user) };
  }

  /**
   * Looks at the first code, before the transaction of `confirm`. Where there is nothing to confirm, it is not looked at: a factor
   * that is on neither loses a code nor counts a failure.
   *
   * @throws ProblemError 409 `two-factor-on` or `two-factor-off`, 403 `wrong-code` or `two-factor-locked`, 429 while a delay runs
   */
  async check(database: Sql, principal: Principal, code: string, context: RequestContext): Promise<CheckedCode> {
    const user = await this.#live.require(database, principal);
    await this.#setup.requireBegun(database, user);
    return this.#codes.check(user, code, context, { holder: principal.sessionId });
  }

  /**
   * Runs the transaction of `confirm`; that another request was faster with the same code is recorded after it.
   *
   * @throws ProblemError 429 after too many in an hour
   */
  recording<T>(checked: CheckedCode, context: RequestContext, transaction: () => Promise<T>): Promise<T> {
    const whom = { userId: checked.userId, address: context.address };
    return this.#codes.finish(checked, context, () => this.#limits.turningFactorOn(whom, transaction));
  }

  /**
   * Recovery codes. The other sessions end: they never showed the factor (ASVS 5.0, 7.4.3).
   *
   * @throws ProblemError 409 `two-factor-on` or `two-factor-off`, 403 `wrong-code`
   */
  async confirm(
    tx: Transaction,
    principal: Principal,
    checked: CheckedCode,
    context: RequestContext,
  ): Promise<string[]> {
    const user = await this.#live.requireLocked(tx, principal);
    await this.#setup.requireBegun(tx, user);
    await this.#codes.accept(tx, checked);
    await this.#endings.end(tx, user.id, 'two-factor-enabled', principal.sessionId);
    return this.#setup.confirm(tx, user, context);
  }

  async renewCodes(tx: Transaction, principal: Principal, context: RequestContext): Promise<string[]> {
    return this.#setup.renewCodes(tx, await this.#live.requireLocked(tx, principal), context);
  }

  async disable(tx: Transaction, principal: Principal, context: RequestContext): Promise<void> {
    const user = await this.#live.requireLocked(tx, principal);
    await this.#setup.disable(tx, user, context);
    await this.#endings.end(tx, user.id, 'two-factor-disabled', principal.sessionId);
  }
}
