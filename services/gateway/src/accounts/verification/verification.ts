import { UserEmailVerified } from '@postern/events';
import type { Sql, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { Guess } from '../guessing/guesses.ts';
import { LinkEnded } from '../links/link-problems.ts';
import { recordingLinks } from '../links/recording-links.ts';
import type { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import type { SignUpClaim, SignUpProof } from '../sign-ups/sign-up-proof.ts';
import type { SignUps } from '../sign-ups/sign-ups.ts';
import { personOf } from '../users/user.ts';

/** Somebody has the link and has shown that the sign-up is theirs. */
interface ProvenSignUp {
  token: string;
  email: string;
  /** By the secret of the browser that signed up, and not by the password. */
  isOwnBrowser: boolean;
  guess: Guess | undefined;
}

/** Confirming a sign-up by the link that was mailed for it: it becomes the account of its address. */
export class Verification {
  readonly #signUps: SignUps;
  readonly #proof: SignUpProof;
  readonly #accounts: ProvenAddresses;
  readonly #journal: Journal;

  constructor(signUps: SignUps, proof: SignUpProof, accounts: ProvenAddresses, journal: Journal) {
    this.#signUps = signUps;
    this.#proof = proof;
    this.#accounts = accounts;
    this.#journal = journal;
  }

  /** Whether the link would work now, and for the page: whose it is, their language, and whether this browser signed up. Throws as `prove` does. */
  async check(db: Sql, token: string, secret?: string): Promise<{ email: string; locale: string; isOwn: boolean }> {
    const signUp = await this.#signUps.behind(db, token);
    return { email: signUp.email, locale: signUp.locale, isOwn: this.#proof.isOwn(signUp, secret) };
  }

  /**
   * What may take long, before the transaction. Nothing is used up by a claim that is refused.
   *
   * @throws ProblemError of a bad link (400, 410), 403 without proof that the sign-up is one's own, 429, 503
   */
  async prove(db: Sql, token: string, claim: SignUpClaim, context: RequestContext): Promise<ProvenSignUp> {
    const attempted = { action: 'verify-email', context } as const;
    const signUp = await recordingLinks(this.#journal, attempted, () => this.#signUps.behind(db, token));
    const isOwnBrowser = this.#proof.isOwn(signUp, claim.secret);
    return { token, email: signUp.email, isOwnBrowser, guess: await this.#proof.prove(signUp, claim, context) };
  }

  /**
   * Uses the link up and makes the account of what its sign-up says.
   *
   * @throws ProblemError `link-expired`, `link-used`, or `link-ended` when the address has an account by now
   */
  async verify(tx: Transaction, { token, email, guess }: ProvenSignUp, context: RequestContext): Promise<void> {
    const signUp = await this.#signUps.redeem(tx, token, email);
    if (!(await this.#accounts.create(tx, signUp))) throw LinkEnded.error();
    await this.#proof.accept(tx, guess);
    await this.#journal.publish(tx, UserEmailVerified, personOf(signUp), context);
    const { id } = signUp;
    await this.#journal.record(tx, { action: 'verify-email', outcome: 'success', actorId: id, subjectId: id, context });
  }
}
