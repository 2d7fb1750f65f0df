import { UserEmailResendRequested, UserRequestIgnored } from '@postern/events';
import type { Clock, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { originNow } from '../audit/origin.ts';
import type { SignUps } from '../sign-ups/sign-ups.ts';
import { personOf } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** Asking for another mail with the link of a sign-up. */
export class VerificationRequests {
  readonly #users: UserStore;
  readonly #signUps: SignUps;
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(users: UserStore, signUps: SignUps, journal: Journal, clock: Clock) {
    this.#users = users;
    this.#signUps = signUps;
    this.#journal = journal;
    this.#clock = clock;
  }

  /**
   * Mails the link of a sign-up again. The caller cannot tell whether there was one: the same statements run, on a link
   * that belongs to nobody when there is nothing to send (ASVS 5.0, 6.3.8).
   *
   * @param secret of the browser that asks: which of several sign-ups it is about
   */
  async request(tx: Transaction, email: string, secret: string | undefined, context: RequestContext): Promise<void> {
    // As a sign-up does, whatever there is: the link of nobody would wait for one that is under way, the link of a sign-up would not, and whoever asks
    // for both at once would see which it is.
    await this.#signUps.hold(tx, email);
    const owner = await this.#users.byEmail(tx, email);
    const pending = await this.#signUps.toMailAgain(tx, email, secret);
    const signUp = owner ? undefined : pending;
    const link = await this.#signUps.issueLink(tx, signUp ?? this.#signUps.nobodys(email));
    await this.#journal.record(tx, {
      action: 'resend-verification',
      outcome: signUp ? 'success' : 'failure',
      subjectId: owner?.id ?? signUp?.id,
      context,
    });
    if (signUp) {
      const { device, addressRange: address_range } = signUp;
      const origin = { at: signUp.createdAt.toISOString(), device, address_range };
      await this.#journal.publish(tx, UserEmailResendRequested, { ...personOf(signUp), ...link, ...origin }, context);
    } else {
      const ignored = { request: 'resend-verification', ...originNow(this.#clock, context) } as const;
      await this.#journal.publish(tx, UserRequestIgnored, { user_id: link.token_id, ...ignored }, context);
    }
  }
}
