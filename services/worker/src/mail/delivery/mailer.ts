import type { Clock } from '@postern/runtime';
import type { Semaphore } from '../../policies/semaphore.ts';
import { MailRenderError } from '../content/render-mail.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Change, LedgerEntry, NewMail } from './ledger/ledger-entry.ts';
import { mailId } from './ledger/mail-identity.ts';
import type { MailPayload } from './ledger/mail-payload.ts';
import { checkAddress, domainOf, type RecipientHasher, UnusableAddressError } from './ledger/recipient.ts';
import { wasKeptBack } from './ledger/states.ts';
import { type MailComposer, UnknownMailError } from './mail-composer.ts';
import type { DeliveryTools, MailDelivery } from './mail-delivery.ts';
import { type Candidate, type MailKind, type MailPlanner, notSent, type Plan } from './mail-planner.ts';
import type { Provider } from './provider.ts';
import { nextTry } from './retry-rule.ts';
import type { ComposedMail } from './transports/mail-transport.ts';

/** A mail somebody wants sent. */
export interface MailOrder extends MailPayload {
  key: string;
  mail: string;
  /** Whose it is. */
  userId?: string | undefined;
  /** Past it the mail is of no use; without one, after the lifetime of the settings. */
  expiresAt?: Date | undefined;
}

interface MailerTools extends DeliveryTools {
  hasher: RecipientHasher;
  /** How long a mail without an expiry of its own is tried, in milliseconds. */
  lifetimeMs: number;
  /** For the mails that are sent at a time: what is written about them while others have the connections included. */
  room: Semaphore;
}

/** How long a mail waits for room before it is put off, in milliseconds: below the time that a message's handler has. */
const ROOM_WAIT_MS = 10_000;
const NEVER = new AbortController().signal;

/** Where no mail's own policy is known (its mail left the catalog), the one that sends less. */
const CAUTIOUS = 'wait-then-resend-once';
const UNKNOWN_KIND: MailKind = { transactional: true, security: false };

/** Brings a mail into the ledger and on its way, and takes up those that were left waiting. */
export class Mailer {
  readonly #composer: MailComposer;
  readonly #planner: MailPlanner;
  readonly #delivery: MailDelivery;
  readonly #tools: MailerTools;
  readonly #ledger: Ledger;
  readonly #clock: Clock;

  constructor(composer: MailComposer, planner: MailPlanner, delivery: MailDelivery, tools: MailerTools) {
    this.#composer = composer;
    this.#planner = planner;
    this.#delivery = delivery;
    this.#tools = tools;
    this.#ledger = tools.ledger;
    this.#clock = tools.clock;
  }

  /**
   * Sends a mail that was asked for, once for its key. Resolves when the ledger holds what became of it, or that it is to
   * be tried later: from its first commit on the mail is the ledger's, and the message that brought it can go.
   *
   * @param signal ends the wait for a provider that takes its time, not the sending
   * @throws UnknownMailError, MailRenderError, UnusablePayloadError when it cannot be made or kept, and the database's error
   *   when it refuses a value; nothing is written then
   */
  async send(order: MailOrder, signal: AbortSignal = NEVER): Promise<void> {
    signal.throwIfAborted();
    const { key, mail, to, locale, data, traceparent, userId } = order;
    const id = mailId(key);
    const now = this.#clock.now();
    const expiresAt = order.expiresAt ?? new Date(now.getTime() + this.#tools.lifetimeMs);
    const recipientHash = this.#tools.hasher.hash(to);
    const payload = { to, locale, data, traceparent };
    const recipientDomain = domainOf(to).slice(0, 255);
    const base = { id, key, mail, userId, recipientHash, recipientDomain, payload, expiresAt };
    try {
      checkAddress(to);
    } catch (error) {
      if (!(error instanceof UnusableAddressError)) throw error;
      await this.#begin({ ...base, first: { state: 'failed', reason: error.message } });
      return;
    }
    const composed = this.#composer.compose(base);
    const enough = Promise.withResolvers<void>();
    let kept = false;
    const aborted = () => (kept ? enough.resolve() : enough.reject(signal.reason));
    signal.addEventListener('abort', aborted, { once: true });
    const sent = this.#inRoom({ ...base, kind: this.#kindOf(mail), waiting: 'queued' }, async (plan) => {
      const entry = await this.#begin({ ...base, first: plan.change });
      kept = true;
      if (entry && plan.provider) await this.#deliver(entry, composed, plan.provider);
    });
    await Promise.race([sent, enough.promise]).finally(() => signal.removeEventListener('abort', aborted));
  }

  /** Takes up a mail that is due: see `Ledger.claimDue`. Never throws for a mail that cannot be made. */
  async resume(entry: LedgerEntry): Promise<void> {
    // Its sender is not dead, however long its outcome could not be written: the claim that found it has made its lease longer.
    if (this.#delivery.isSending(entry)) return;
    if (entry.state === 'sending') return this.#delivery.orphaned(entry, this.#policyOf(entry));
    if (wasKeptBack(entry.state)) return this.#ledger.forgetContent(entry);
    const { payload, fault } = entry;
    const waiting = entry.state as Candidate['waiting'];
    if (fault !== undefined) return this.#change(entry, notSent(waiting, 'failed', fault));
    if (!payload) return this.#change(entry, notSent(waiting, 'failed', 'its content has been erased'));
    if (!this.#composer.find(entry.mail)) return this.#cannotCompose(entry, waiting, new UnknownMailError(entry.mail));
    const kind = this.#kindOf(entry.mail);
    const pinned = entry.unknowns > 0 ? entry.provider : undefined;
    await this.#inRoom({ ...entry, kind, waiting, pinned }, async ({ provider, change }) => {
      if (!provider) return this.#change(entry, change);
      // Not before: of many that wait for a limit or a provider each is looked at again and again.
      let composed: ComposedMail;
      try {
        composed = this.#composer.compose({ ...entry, payload });
      } catch (error) {
        return this.#cannotCompose(entry, waiting, error);
      }
      if (!(await this.#ledger.change(entry, change))) return;
      const { version, attempts } = entry;
      const begun = {
        state: 'sending' as const,
        version: version + 1,
        attempts: attempts + 1,
        provider: provider.name,
      };
      await this.#deliver({ ...entry, ...begun }, composed, provider);
    });
  }

  /** For a process that stops: mails that wait for room are put off, and another replica's. */
  refuseWaiting(): void {
    this.#tools.room.refuseWaiting();
  }

  /**
   * Plans a mail and works on it while it has one of the places. Mails beyond that wait in their queue, not in the ledger
   * as `sending`: what a process that dies leaves unknown stays small, and a slow provider slows the intake down.
   */
  async #inRoom(candidate: Candidate, work: (plan: Plan) => Promise<void>): Promise<void> {
    const had = await this.#tools.room.with(ROOM_WAIT_MS, NEVER, async () => {
      await work(await this.#planner.plan(candidate));
      return true;
    });
    if (!had) await work(this.#planner.busy(candidate));
  }

  async #begin(mail: NewMail): Promise<LedgerEntry | undefined> {
    const entry = await this.#ledger.begin(mail);
    if (!entry) this.#tools.metrics.count(mail.mail, 'repeat');
    else this.#count(mail.mail, mail.first);
    return entry;
  }

  #deliver(entry: LedgerEntry, mail: ComposedMail, provider: Provider): Promise<void> {
    return this.#delivery.send(entry, mail, provider, this.#policyOf(entry));
  }

  async #cannotCompose(entry: LedgerEntry, waiting: Candidate['waiting'], error: unknown): Promise<void> {
    if (error instanceof UnknownMailError) {
      // A newer replica's, during an update: it is left to those that know it, until it is of no use any more.
      const now = this.#clock.now();
      if (now >= entry.expiresAt) return this.#change(entry, notSent(waiting, 'expired', error.message));
      return this.#change(entry, { state: waiting, reason: error.message, dueAt: nextTry(entry, now) });
    }
    if (!(error instanceof MailRenderError)) throw error;
    return this.#change(entry, notSent(waiting, 'failed', error.message));
  }

  async #change(entry: LedgerEntry, change: Change): Promise<void> {
    if (await this.#ledger.change(entry, change)) this.#count(entry.mail, change);
  }

  #count(mail: string, { state }: Change): void {
    if (state !== 'sending') this.#tools.metrics.count(mail, state);
  }

  #kindOf(mail: string): MailKind {
    return this.#composer.find(mail)?.options ?? UNKNOWN_KIND;
  }

  #policyOf({ mail }: LedgerEntry) {
    return this.#composer.find(mail)?.options.unknownPolicy ?? CAUTIOUS;
  }
}
