import { type Clock, newId, type Sql, type Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import { originOf } from '../audit/origin.ts';
import type { AccountsConfig } from '../config.ts';
import { LinkEnded } from '../links/link-problems.ts';
import type { IssuedLink, Links, NewLink } from '../links/links.ts';
import type { NewUser } from '../users/user.ts';
import { crowdedOut } from './crowding.ts';
import type { PendingSignUp } from './pending-sign-up.ts';
import { isSecretOf, mintSecret } from './sign-up-secret.ts';
import type { SignUpStore } from './sign-up-store.ts';

const DAY_MS = 86_400_000;

/** A sign-up that was just made. */
interface MadeSignUp {
  signUp: PendingSignUp;
  link: IssuedLink;
  /** For the browser that signed up, sent once. */
  secret: string;
}

type Linked = Pick<PendingSignUp, 'id' | 'email' | 'expiresAt'>;

/** Pending sign-ups and their links (docs/decisions/pending-sign-ups.md). */
export class SignUps {
  readonly #store: SignUpStore;
  readonly #links: Links;
  readonly #lifeMs: number;
  readonly #clock: Clock;

  constructor(store: SignUpStore, links: Links, { env }: AccountsConfig, clock: Clock) {
    this.#store = store;
    this.#links = links;
    this.#lifeMs = env.SIGN_UP_DAYS * DAY_MS;
    this.#clock = clock;
  }

  /** Adds one, whatever else is known of the address: the statements are the same. One too many ends another. */
  async add(tx: Transaction, person: Omit<NewUser, 'id'>, context: RequestContext): Promise<MadeSignUp> {
    const createdAt = this.#clock.now();
    const { secret, secretHash } = mintSecret();
    const { device, address_range: addressRange } = originOf(context);
    const expiresAt = new Date(createdAt.getTime() + this.#lifeMs);
    const signUp = { ...person, id: newId(), secretHash, device, addressRange, createdAt, expiresAt };
    // Of sign-ups at once each sees those before it, so that the bound is one.
    await this.hold(tx, person.email);
    const ended = crowdedOut(await this.#store.ofAddress(tx, person.email, createdAt), signUp);
    // Nobody's id when there is room: how many there are must not show in what is run.
    await this.#end(tx, ended.length > 0 ? ended : [newId()]);
    await this.#store.insert(tx, signUp);
    return { signUp, link: await this.issueLink(tx, signUp), secret };
  }

  /** The lock of an address, which every address has, until the transaction ends. */
  hold(tx: Transaction, email: string): Promise<void> {
    return this.#links.hold(tx, linkOf(this.nobodys(email)));
  }

  /**
   * The sign-up that another mail is for: the one that the secret belongs to, or the newest.
   *
   * @param secret of the browser that asks
   */
  async toMailAgain(db: Sql, email: string, secret: string | undefined): Promise<PendingSignUp | undefined> {
    const pending = await this.#store.ofAddress(db, email, this.#clock.now());
    return pending.find(({ secretHash }) => isSecretOf(secret, secretHash)) ?? pending.at(-1);
  }

  /** What has a link when no sign-up has one to be mailed, so that the same work is done. */
  nobodys(email: string): Linked {
    return { id: this.#links.nobody(email), email, expiresAt: new Date(this.#clock.now().getTime() + this.#lifeMs) };
  }

  /**
   * The link of a sign-up, from now on good for as long as a link is. It is the same link each time, so that asking for another mail
   * voids none that was mailed before.
   */
  issueLink(tx: Transaction, linked: Linked): Promise<IssuedLink> {
    return this.#links.issue(tx, linkOf(linked));
  }

  /**
   * The sign-up that a link belongs to and that it would confirm now.
   *
   * @throws ProblemError `link-invalid`, `link-expired`, `link-used` or `link-ended`
   */
  async behind(db: Sql, token: string): Promise<PendingSignUp> {
    const { userId } = await this.#links.peek(db, 'verify-email', token);
    return this.#live(await this.#store.byId(db, userId));
  }

  /**
   * Uses the link up. Of several links of an address that are followed at once, one goes on; the others wait for it, and find
   * their sign-ups ended. Throws as `behind` does.
   */
  async redeem(tx: Transaction, token: string, email: string): Promise<PendingSignUp> {
    const pending = await this.#store.lock(tx, email);
    const { userId } = await this.#links.redeem(tx, 'verify-email', token);
    return this.#live(pending.find(({ id }) => id === userId));
  }

  /** Ends all of an address and their links. Call it before the address is written to an account: it locks. */
  async endAll(tx: Transaction, email: string, { keepLinkOf }: { keepLinkOf?: string } = {}): Promise<void> {
    const ids = (await this.#store.lock(tx, email)).map(({ id }) => id);
    await this.#store.delete(tx, ids);
    await this.#links.deleteOfUsers(
      tx,
      ids.filter((id) => id !== keepLinkOf),
    );
  }

  /** Those of an address, for its owner to see. */
  ofAddress(db: Sql, email: string): Promise<PendingSignUp[]> {
    return this.#store.ofAddress(db, email, this.#clock.now());
  }

  async #end(tx: Transaction, ids: readonly string[]): Promise<void> {
    await this.#store.delete(tx, ids);
    await this.#links.deleteOfUsers(tx, ids);
  }

  #live(signUp: PendingSignUp | undefined): PendingSignUp {
    if (!signUp || signUp.expiresAt <= this.#clock.now()) throw LinkEnded.error();
    return signUp;
  }
}

function linkOf({ id, email, expiresAt }: Linked): NewLink {
  return { userId: id, purpose: 'verify-email', recipient: email, id, notAfter: expiresAt };
}
