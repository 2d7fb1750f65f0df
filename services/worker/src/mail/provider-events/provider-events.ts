import { PermanentError, type ReceivedMessage, RetryLater } from '@postern/queue';
import type { MailMetrics } from '../delivery/mail-metrics.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { idFromMessageId } from '../ledger/mail-identity.ts';
import type { RecipientHasher } from '../ledger/recipient.ts';
import { type MailState, mayBecome } from '../ledger/states.ts';
import type { Suppressions } from '../suppression/suppressions.ts';
import { providerMessageId } from '../transports/provider-message-id.ts';
import { withoutAddresses } from '../transports/smtp-replies.ts';
import { NotAnSesNotificationError, type ProviderEvent, readSesNotification } from './ses-notification.ts';

const STATE_OF: Readonly<Record<ProviderEvent['kind'], MailState>> = {
  delivered: 'delivered',
  'hard-bounce': 'bounced',
  'soft-bounce': 'bounced',
  complaint: 'complained',
  rejected: 'failed',
};
/** News that outran the ledger's own commit finds its mail after a moment; a mail of another system's never is found. */
const LOOK_AGAIN = { forMs: 15_000, delayMs: 5_000 };
const CHANGE_TRIES = 5;

interface Recipient {
  hash: Buffer;
  /** Unknown when only the ledger knows whom it was: it holds no address. */
  address?: string;
}

/** Takes what providers tell of mails they had accepted: writes it into the ledger, and suppresses. */
export class ProviderEvents {
  readonly #ledger: Ledger;
  readonly #suppressions: Suppressions;
  readonly #hasher: RecipientHasher;
  readonly #metrics: MailMetrics;

  constructor(ledger: Ledger, suppressions: Suppressions, hasher: RecipientHasher, metrics: MailMetrics) {
    this.#ledger = ledger;
    this.#suppressions = suppressions;
    this.#hasher = hasher;
    this.#metrics = metrics;
  }

  /**
   * @throws PermanentError when the message is no SES notification
   * @throws RetryLater when the mail it speaks of is not in the ledger yet
   */
  async handle({ body, sentAt }: Pick<ReceivedMessage, 'body' | 'sentAt'>): Promise<void> {
    const event = this.#read(body);
    if (event) await this.take(event, { lookAgain: Date.now() - sentAt.getTime() < LOOK_AGAIN.forMs });
  }

  /**
   * Takes one piece of news.
   *
   * @param options.lookAgain whether a mail that is not in the ledger may yet appear there
   * @throws RetryLater when the mail it speaks of is not in the ledger yet
   */
  async take(event: ProviderEvent, { lookAgain }: { lookAgain: boolean }): Promise<void> {
    const entry = await this.#find(event);
    // The address first: it is known from the notice alone, and must get no further mail whatever the ledger says.
    await this.#suppress(event, entry);
    if (entry) await this.#record(entry, event);
    else if (lookAgain) throw new RetryLater('the mail is not in the ledger yet', { delayMs: LOOK_AGAIN.delayMs });
  }

  #read(body: string): ProviderEvent | undefined {
    try {
      return readSesNotification(body);
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

  async #suppress(event: ProviderEvent, entry: LedgerEntry | undefined): Promise<void> {
    const { kind, noticeId } = event;
    const reason = withoutAddresses(event.reason);
    for (const recipient of this.#recipientsOf(event, entry)) {
      if (kind === 'hard-bounce') await this.#suppressions.add(recipient, 'bounced', { actor: 'provider', reason });
      if (kind === 'complaint') await this.#suppressions.add(recipient, 'complained', { actor: 'provider', reason });
      if (kind === 'soft-bounce') await this.#suppressions.softBounce(recipient, { id: noticeId, reason });
    }
  }

  /**
   * Whoever the notice names and whom the mail was sent to: of a forwarded mail the last server tells its own address, and
   * the next mail would go to ours again.
   */
  #recipientsOf({ addresses }: ProviderEvent, entry: LedgerEntry | undefined): Iterable<Recipient> {
    const recipients = new Map<string, Recipient>();
    for (const address of addresses) {
      const hash = this.#hasher.hash(address);
      recipients.set(hash.toString('hex'), { hash, address });
    }
    const mailed = entry?.recipientHash;
    if (mailed && !recipients.has(mailed.toString('hex'))) recipients.set(mailed.toString('hex'), { hash: mailed });
    return recipients.values();
  }

  async #record(found: LedgerEntry, { kind, reason }: ProviderEvent): Promise<void> {
    const state = STATE_OF[kind];
    let entry: LedgerEntry | undefined = found;
    for (let attempt = 1; entry && attempt <= CHANGE_TRIES; attempt++) {
      if (!mayBecome(entry.state, state)) return;
      if (await this.#ledger.change(entry, { state, reason: withoutAddresses(reason) })) {
        this.#metrics.count(entry.mail, state);
        return;
      }
      entry = await this.#ledger.find(entry.id);
    }
    // The sender settled the mail at the same moments, again and again: the notice comes back a little later.
    if (entry) throw new RetryLater('the mail is being settled');
  }
}
