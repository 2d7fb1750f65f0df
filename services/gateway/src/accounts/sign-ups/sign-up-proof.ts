import type { Transaction } from '@postern/runtime';
import { defineProblem, type RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { recordingWaits } from '../audit/recording-waits.ts';
import type { Guess, Guesses } from '../guessing/guesses.ts';
import { LINK_HOLDERS } from '../guessing/link-holders.ts';
import type { PasswordLimits } from '../guessing/password-limits.ts';
import type { PasswordHasher } from '../passwords/password-hasher.ts';
import type { PendingSignUp } from './pending-sign-up.ts';
import { isSecretOf } from './sign-up-secret.ts';

export const SignUpProofRequired = defineProblem({
  type: 'sign-up-proof-required',
  status: 403,
  title: 'Show that the sign-up is yours',
  explanation:
    'The link is valid. Following it also requires the sign_up_secret from the answer to this sign-up, or the password that was chosen in it: anybody can sign up with your address, and their sign-up must not become your account. Nothing was changed, and the link stays valid.',
});

export const WrongSignUpPassword = defineProblem({
  type: 'sign-up-password-wrong',
  status: 403,
  title: 'This is not the password of this sign-up',
  explanation:
    'Each sign-up has its own link and its own password. If you signed up several times, use the password of the one that this mail is about, or follow the link of another. If you did not sign up, do nothing: without the password, nobody can use the account. The link stays valid.',
});

/** What shows that a sign-up is one's own, beside the mailed link. */
export interface SignUpClaim {
  secret?: string | undefined;
  password?: string | undefined;
}

/** Tells a person who signed up from one who was signed up by a stranger: both can read the mail. */
export class SignUpProof {
  readonly #hasher: PasswordHasher;
  readonly #guesses: Guesses;
  readonly #journal: Journal;
  readonly #limits: PasswordLimits;

  constructor(hasher: PasswordHasher, guesses: Guesses, journal: Journal, limits: PasswordLimits) {
    this.#hasher = hasher;
    this.#guesses = guesses;
    this.#journal = journal;
    this.#limits = limits;
  }

  /**
   * Call it before the transaction, and `accept` within.
   *
   * @throws ProblemError 403 `sign-up-proof-required` or `sign-up-password-wrong`, 429 while a delay runs or after too many in a minute, 503 when overloaded
   */
  async prove(signUp: PendingSignUp, claim: SignUpClaim, context: RequestContext): Promise<Guess | undefined> {
    if (this.isOwn(signUp, claim.secret)) return undefined;
    if (claim.password === undefined) throw SignUpProofRequired.error();
    const { password } = claim;
    const attempted = { action: 'verify-email', subjectId: signUp.id, context } as const;
    const { guess, right } = await recordingWaits(this.#journal, attempted, () =>
      this.#look(signUp, password, context),
    );
    if (right) return guess;
    await this.#journal.recordNow({ ...attempted, outcome: 'failure', reason: 'wrong password' });
    throw WrongSignUpPassword.error();
  }

  async #look(
    { id, passwordHash }: PendingSignUp,
    password: string,
    context: RequestContext,
  ): Promise<{ guess: Guess; right: boolean }> {
    const guess = await this.#guesses.begin({ account: `sign-up ${id}`, address: context.address });
    await this.#limits.own(id, LINK_HOLDERS.mailbox, context.address);
    const right = await this.#hasher.verify(password, passwordHash, context);
    await this.#guesses.settle(guess, right);
    return { guess, right };
  }

  /** Whether the secret is that of the browser that signed up. */
  isOwn({ secretHash }: PendingSignUp, secret: string | undefined): boolean {
    return isSecretOf(secret, secretHash);
  }

  async accept(tx: Transaction, guess: Guess | undefined): Promise<void> {
    if (guess) await this.#guesses.succeeded(tx, guess);
  }
}
