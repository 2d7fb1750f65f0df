import { type Clock, type Logger, RecurringWarnings, withoutAddresses, withoutMailbox } from '@postern/runtime';
import { PermanentError, type ReceivedMessage, RetryLater } from '@postern/sqs';
import { PROVIDER } from '../../../operators/own-names.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { idFromMessageId } from '../ledger/mail-identity.ts';
import type { RecipientHasher } from '../ledger/recipient.ts';
import { type MailState, mayBecome } from '../ledger/states.ts';
import type { MailMetrics } from '../mail-metrics.ts';
import type { Suppressions } from '../suppression/suppressions.ts';
import { providerMessageId } from '../transports/provider-message-id.ts';
import { blamesUs, saysItPasses } from '../transports/smtp-replies.ts';
import { type Notice, openNotice } from './notice.ts';
import { NotAnSesNotificationError, type ProviderEvent, readSesNotification } from './ses-notification.ts';
import { readSnsNotice } from './sns-notice.ts';

const STATE_OF: Readonly<Record<ProviderEvent['kind'], MailState>> = {
  delivered: 'delivered',
  'hard-bounce': 'bounced',
  'soft-bounce': 'bounced',
  complaint: 'complained',
  rejected: 'failed',
};
/** An event that outran the ledger's own commit finds its mail after a moment; a mail of another system's never is found. */
const LOOK_AGAIN = { forMs: 15_000, delayMs: 5_000 };
const CHANGE_TRIES = 5;

interface Recipient {
  hash: Buffer;
  /** Where the notice names it: the ledger holds no address. */
  address?: string;
  /** The notice has another one, to which the mail was sent on. Whether this one keeps its mail besides, nobody tells us. */
  namesAnother: boolean;
}

interface ProviderEventsTools {
  hasher: RecipientHasher;
  metrics: MailMetrics;
  logger: Logger;
  clock: Clock;
}

/**
 * Handles what providers report of mails they had accepted: writes it into the ledger, and suppresses. Only news of a mail that this
 * ledger handed over counts, and only for the one whom it was for: whoever could put a notice into the queue, or whose mails of
 * another system share the provider's account, could shut anybody out otherwise. The rest is counted and said.
 */
export class ProviderEvents {
  readonly #ledger: Ledger;
  readonly #suppressions: Suppressions;
  readonly #tools: ProviderEventsTools;
  readonly #warnings: RecurringWarnings;

  constructor(ledger: Ledger, suppressions: Suppressions, tools: ProviderEventsTools) {
    this.#ledger = ledger;
    this.#suppressions = suppressions;
    this.#tools = tools;
    this.#warnings = new RecurringWarnings(tools);
  }

  /**
   * @throws PermanentError when the message is not an SES notification
   * @throws RetryLater when the mail it speaks of is not in the ledger yet
   */
  async handle({ body, sentAt }: Pick<ReceivedMessage, 'body' | 'sentAt'>): Promise<void> {
    const opened = openNotice(body);
    const notice = readSnsNotice(opened);
    if (notice !== undefined) return this.#tools.logger.warn('unexpected SNS message', { notice });
    const event = this.#read(opened);
    if (event) await this.apply(event, { lookAgainUntil: new Date(sentAt.getTime() + LOOK_AGAIN.forMs) });
  }

  /**
   * Applies one event to the ledger and to the suppressions.
   *
   * @param options.lookAgainUntil until when a mail that is not in the ledger may yet appear there
   * @throws RetryLater when the mail it speaks of is not in the ledger yet
   */
  async apply(event: ProviderEvent, { lookAgainUntil }: { lookAgainUntil: Date }): Promise<void> {
    const entry = await this.#find(event);
    // One without a provider was never handed over, and nobody can report on it.
    if (entry?.provider === undefined) {
      if (this.#tools.clock.now() < lookAgainUntil)
        throw new RetryLater('the mail is not in the ledger yet', { delayMs: LOOK_AGAIN.delayMs });
      return this.#passOver(event);
    }
    // The address first: it must get no further mail, whatever state the ledger's row is in.
    const recipient = this.#recipientOf(event, entry);
    const { address } = recipient;
    const words = address === undefined ? withoutAddresses(event.reason) : withoutMailbox(event.reason, address);
    await this.#suppress(event, entry, { recipient, words });
    await this.#record(entry, event, words);
  }

  #passOver({ kind, noticeId }: ProviderEvent): void {
    this.#tools.metrics.feedbackPassedOver(kind);
    this.#warnings.warn(kind, 'a provider event is about a mail that this ledger did not send; it is ignored', {
      ...{ kind, notice_id: noticeId },
    });
  }

  #read(notice: Notice): ProviderEvent | undefined {
    try {
      return readSesNotification(notice);
    } catch (error) {
      if (!(error instanceof NotAnSesNotificationError)) throw error;
      throw new PermanentError('not-a-notification', error.message, { cause: error });
    }
  }

  /** By our own id in the Message-ID, or else by the provider's: some put theirs in the place of ours. */
  async #find({ messageId, providerMessageId: given }: ProviderEvent): Promise<LedgerEntry | undefined> {
    const id = messageId === undefined ? undefined : idFromMessageId(messageId);
    const entry = id && (await this.#ledger.find(id));
    if (entry) return entry;
    for (const text of [given, id === undefined ? messageId : undefined]) {
      const theirs = providerMessageId(text);
      const found = theirs && (await this.#ledger.findByProviderMessageId(theirs));
      if (found) return found;
    }
    return undefined;
  }

  async #suppress(
    event: ProviderEvent,
    entry: LedgerEntry,
    { recipient, words }: { recipient: Recipient; words: string },
  ): Promise<void> {
    const { kind } = event;
    const change = { actor: PROVIDER, reason: words };
    if (kind === 'delivered') await this.#suppressions.arrived(entry.recipientHash, entry.createdAt);
    if (kind !== 'complaint' && kind !== 'hard-bounce' && kind !== 'soft-bounce') return;
    // Reports come twice, and out of the dead letters weeks later: whoever took the address off the list had known of it. Of a complaint
    // they had if it has counted: the address may have been on the list for something else.
    const isKnown = kind !== 'complaint' || entry.state === 'complained';
    if (isKnown && (await this.#suppressions.removedSince(entry.recipientHash, entry.createdAt))) return;
    if (kind === 'complaint') return void (await this.#suppressions.add(recipient, 'complained', change));
    if (kind === 'hard-bounce' && !saysItPasses(event.reason)) {
      // A server that blocks us, or a relay before it, says so of everybody, and providers call it permanent.
      if (blamesUs(event.reason)) return;
      if (!recipient.namesAnother) return void (await this.#suppressions.add(recipient, 'bounced', change));
    }
    // It arrived: what came back was the mailbox's own answer, or of a copy that it had sent on.
    if (entry.state !== 'delivered') {
      await this.#suppressions.softBounce(recipient, { at: entry.createdAt, reason: change.reason });
    }
  }

  /**
   * Whom the mail was sent to, also where the notice names another: of a forwarded mail the last server reports its own address. That
   * one was not mailed to by us, so it is left alone.
   */
  #recipientOf({ addresses }: ProviderEvent, { recipientHash: hash }: LedgerEntry): Recipient {
    const address = addresses.find((named) => this.#tools.hasher.hash(named).equals(hash));
    if (address !== undefined) return { hash, address, namesAnother: false };
    return { hash, namesAnother: addresses.length > 0 };
  }

  async #record(found: LedgerEntry, { kind }: ProviderEvent, reason: string): Promise<void> {
    const state = STATE_OF[kind];
    let entry: LedgerEntry | undefined = found;
    for (let attempt = 1; entry && attempt <= CHANGE_TRIES; attempt++) {
      if (!mayBecome(entry.state, state)) return;
      if (await this.#ledger.change(entry, { state, reason })) {
        this.#tools.metrics.count(entry.mail, state);
        return;
      }
      entry = await this.#ledger.find(entry.id);
    }
    // The sender settled the mail at the same moments, again and again: the notice comes back a little later.
    if (entry) throw new RetryLater('the mail is being settled');
  }
}
