import type { Transaction } from '@postern/runtime';
import { endOfStep } from '../../http/answer-steps.ts';
import { defineProblem, type RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { recordingWaits } from '../audit/recording-waits.ts';
import type { ChallengeView } from '../factors/challenge-view.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import type { Permits } from '../roles/permits.ts';
import type { SignedIn, SignInCompletion } from '../sessions/sign-in-completion.ts';
import type { Claim, Credentials, Proof } from './credentials.ts';

export const InvalidCredentials = defineProblem({
  type: 'invalid-credentials',
  status: 401,
  title: 'You could not be signed in',
  explanation:
    'The address or the password is wrong, or the account cannot be used: its address may not be verified yet (look for the mail, or ask for another), or it may be disabled. The answer does not reveal which.',
});

/**
 * The steps in which refusals answer, in milliseconds: a hash that was made at another cost than today's takes another time to check than
 * that of nobody, and one refusal would tell who has not signed in since the cost was changed. Whoever is asked to wait is refused as well, before or after the
 * hash, and that as often as they like: whether there was a row to be read would show in the end.
 */
const REFUSAL_STEP_MS = 100;

/** The same for everybody who is refused, so that it reveals nothing about the address. */
const HINT =
  'If you have just signed up, follow the link in the mail first; ask for another mail at /resend-verification (POST /v1/auth/email/resend).';

export class SignIn {
  readonly #credentials: Credentials;
  readonly #completion: SignInCompletion;
  readonly #factors: SecondFactors;
  readonly #permits: Permits;
  readonly #journal: Journal;

  constructor(
    credentials: Credentials,
    completion: SignInCompletion,
    factors: SecondFactors,
    permits: Permits,
    journal: Journal,
  ) {
    this.#credentials = credentials;
    this.#completion = completion;
    this.#factors = factors;
    this.#permits = permits;
    this.#journal = journal;
  }

  /**
   * What takes long, before the transaction.
   *
   * @throws ProblemError 401 `invalid-credentials` whatever was wrong, 429 while a delay runs, 503 when overloaded
   */
  async check(claim: Claim, context: RequestContext): Promise<Proof> {
    await this.#completion.ready();
    const begun = performance.now();
    try {
      return await this.#prove(claim, context);
    } catch (error) {
      await endOfStep(begun, REFUSAL_STEP_MS);
      throw error;
    }
  }

  /**
   * Tokens, or a challenge when the person has a second factor.
   *
   * @throws ProblemError 401 `invalid-credentials` when the password was replaced or the person disabled since `check`
   */
  async finish(tx: Transaction, proof: Proof, context: RequestContext): Promise<SignedIn | ChallengeView> {
    const user = await this.#credentials.accept(tx, proof);
    if (!user) throw InvalidCredentials.error({ detail: HINT });
    const challenge = await this.#factors.challenge(tx, user.id);
    if (challenge) {
      await this.#journal.record(tx, { action: 'ask-second-factor', outcome: 'success', subjectId: user.id, context });
      return challenge;
    }
    const signedIn = await this.#completion.finish(tx, user, { device: proof.device, method: 'password' }, context);
    return (await this.#permits.lacksFactor(tx, user.id)) ? { ...signedIn, two_factor_required: true } : signedIn;
  }

  async #prove(claim: Claim, context: RequestContext): Promise<Proof> {
    const result = await recordingWaits(this.#journal, { action: 'sign-in', context }, () =>
      this.#credentials.check(claim, context),
    );
    if ('user' in result) return result;
    await this.#journal.recordNow({
      action: 'sign-in',
      outcome: 'failure',
      reason: result.reason,
      subjectId: result.userId,
      context,
    });
    throw InvalidCredentials.error({ detail: HINT });
  }
}
