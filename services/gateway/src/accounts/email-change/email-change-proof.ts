import type { Sql, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { Guess } from '../guessing/guesses.ts';
import { LINK_HOLDERS } from '../guessing/link-holders.ts';
import { LinkEnded } from '../links/link-problems.ts';
import type { Links } from '../links/links.ts';
import { recordingLinks } from '../links/recording-links.ts';
import type { OwnPassword } from '../passwords/own-password.ts';
import type { User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** Somebody has the link and the password of the account that asked for it. */
export interface ProvenEmailChange {
  token: string;
  user: User;
  guess: Guess;
}

/**
 * Tells the owner of an account, who moves to an address, from the owner of an address that a stranger asked to move to: both can
 * read the mail, and the latter would hand their address over to the stranger's account by following its link.
 */
export class EmailChangeProof {
  readonly #users: UserStore;
  readonly #links: Links;
  readonly #own: OwnPassword;
  readonly #journal: Journal;

  constructor(users: UserStore, links: Links, own: OwnPassword, journal: Journal) {
    this.#users = users;
    this.#links = links;
    this.#own = own;
    this.#journal = journal;
  }

  /** Whether the link would work now. Throws as `prove` does. */
  async check(db: Sql, token: string): Promise<User> {
    const { userId } = await this.#links.peek(db, 'change-email', token);
    const user = await this.#users.byId(db, userId);
    // Erased or disabled since the mail was sent.
    if (!user || user.disabledAt) throw LinkEnded.error();
    return user;
  }

  /**
   * Call it before the transaction, and `redeem` within. Nothing is used up by a wrong password.
   *
   * @throws ProblemError of a bad link (400, 410), 403 `wrong-password`, 429 while a delay runs, 503 when overloaded
   */
  async prove(db: Sql, token: string, password: string, context: RequestContext): Promise<ProvenEmailChange> {
    const attempted = { action: 'change-email', context } as const;
    const user = await recordingLinks(this.#journal, attempted, () => this.check(db, token));
    return { token, user, guess: await this.#own.prove(user, password, LINK_HOLDERS.mailbox, context) };
  }

  /**
   * Uses the link up and gives the account, locked, and its new address.
   *
   * @throws ProblemError of a bad link (400, 410), also when the account's password was changed meanwhile
   */
  async redeem(
    tx: Transaction,
    { token, user: read, guess }: ProvenEmailChange,
  ): Promise<{ user: User; newEmail: string }> {
    const user = await this.#users.lockUnchanged(tx, read);
    if (!user) throw LinkEnded.error();
    const { newEmail } = await this.#links.redeem(tx, 'change-email', token);
    if (newEmail === null) throw LinkEnded.error();
    await this.#own.accept(tx, guess);
    return { user, newEmail };
  }
}
