import type { Sql, Transaction } from '@postern/runtime';
import { defineProblem, type RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { CheckedCode } from '../factors/checked-code.ts';
import { CodeRequired } from '../factors/factor-problems.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import type { Guess } from '../guessing/guesses.ts';
import { LINK_HOLDERS } from '../guessing/link-holders.ts';
import { LinkEnded } from '../links/link-problems.ts';
import type { LinkRow } from '../links/link-token-store.ts';
import type { Links } from '../links/links.ts';
import { recordingLinks } from '../links/recording-links.ts';
import { type FormerPasswords, LOOK_BACK_MS } from '../passwords/former-passwords.ts';
import { type OwnPassword, WrongPassword } from '../passwords/own-password.ts';
import type { User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** Not `link-ended`: whoever believes that starts over with a sign-up, and the link back then leads to an address that is taken. */
export const AccountDisabled = defineProblem({
  type: 'account-disabled',
  status: 409,
  title: 'The account is disabled at the moment',
  explanation:
    'Nothing was changed, and the link was not used up: it works as soon as the account is enabled again, until it expires. Ask the operators, and do not sign up anew with the address: it would then be that of another account.',
});

/** What somebody gives to prove that an account was theirs, beside the link. */
export interface OwnerProof {
  password: string;
  code: string | undefined;
}

/** Somebody has the link, a password that the account had, and its factor where that is old enough. */
export interface ProvenOwner {
  token: string;
  user: User;
  /** Of the password that was right. */
  hash: string;
  guess: Guess;
  code: CheckedCode | undefined;
}

/** Where an account was, and goes back to. */
interface WayBack {
  user: User;
  email: string;
  /** Whether a second factor stays, and is asked for. */
  takesCode: boolean;
}

/**
 * Tells the owner of an account, who had the mailbox and the password, from whoever reads the mailbox that its owner has left, and from whoever knew the
 * password and has taken the account (docs/decisions/way-back.md).
 */
export class EmailRestorationProof {
  readonly #users: UserStore;
  readonly #links: Links;
  readonly #own: OwnPassword;
  readonly #former: FormerPasswords;
  readonly #factors: SecondFactors;
  readonly #journal: Journal;

  constructor(
    users: UserStore,
    links: Links,
    own: OwnPassword,
    former: FormerPasswords,
    factors: SecondFactors,
    journal: Journal,
  ) {
    this.#users = users;
    this.#links = links;
    this.#own = own;
    this.#former = former;
    this.#factors = factors;
    this.#journal = journal;
  }

  /** Where the link would lead now. Throws as `prove` does of a bad link. */
  async check(db: Sql, token: string): Promise<WayBack> {
    const link = await this.#links.peek(db, 'restore-email', token);
    return this.#wayBack(db, link, await this.#users.byId(db, link.userId));
  }

  /**
   * Call it before the transaction, and `redeem` within. Nothing is used up by a wrong password or code. A code that is not asked for is not
   * looked at.
   *
   * @throws ProblemError of a bad link (400, 410), 409 `account-disabled`, 403 `wrong-password`, `code-required`, `wrong-code`, `two-factor-locked`,
   * 429 while a delay runs, 503 when overloaded
   */
  async prove(db: Sql, token: string, proof: OwnerProof, context: RequestContext): Promise<ProvenOwner> {
    const attempted = { action: 'restore-email', context } as const;
    const { user, takesCode } = await recordingLinks(this.#journal, attempted, () => this.check(db, token));
    const hashes = await this.#former.withPresent(db, user);
    const { guess, hash } = await this.#own.proveOne(hashes, user, proof.password, LINK_HOLDERS.wayBack, context);
    const proven = { token, user, hash, guess };
    if (!takesCode) return { ...proven, code: undefined };
    if (proof.code === undefined) {
      const entry = { outcome: 'failure', reason: 'no code', subjectId: user.id, context } as const;
      await this.#journal.recordNow({ action: 'restore-email', ...entry });
      throw CodeRequired.error();
    }
    return { ...proven, code: await this.#factors.check(user, proof.code, LINK_HOLDERS.wayBack, context) };
  }

  /**
   * Uses the link and the code up, and gives the account, locked, as it is now.
   *
   * @throws ProblemError of a bad link (400, 410), 409 `account-disabled`, 403 when the password does not count or the code was used meanwhile
   */
  async redeem(tx: Transaction, { token, user: read, hash, guess, code }: ProvenOwner): Promise<WayBack> {
    const user = await this.#users.lock(tx, read.id);
    // Before it is used up, as everything else locks the person first.
    const way = await this.#wayBack(tx, await this.#links.redeem(tx, 'restore-email', token), user);
    if (!(await this.#counts(tx, hash, read, way.user))) throw WrongPassword.error();
    if (way.takesCode) {
      if (!code) throw CodeRequired.error();
      await this.#factors.accept(tx, code);
    }
    await this.#own.accept(tx, guess);
    return way;
  }

  /** Whoever has the account may replace its password at this very moment, which remembers it; nor has it changed where it was only hashed again. */
  async #counts(tx: Transaction, hash: string, read: User, now: User): Promise<boolean> {
    if (hash === read.passwordHash && read.credentialVersion === now.credentialVersion) return true;
    return (await this.#former.withPresent(tx, now)).includes(hash);
  }

  /** Not of somebody who was erased, nor where the account is back already; and not yet while it is disabled. */
  async #wayBack(db: Sql, { newEmail: email, createdAt }: LinkRow, user: User | undefined): Promise<WayBack> {
    if (!user || email === null || user.email === email) throw LinkEnded.error();
    if (user.disabledAt) throw AccountDisabled.error();
    const since = await this.#factors.since(db, user.id);
    return { user, email, takesCode: since !== null && createdAt.getTime() - since.getTime() >= LOOK_BACK_MS };
  }
}
