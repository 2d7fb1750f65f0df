import { PermanentError } from '@postern/sqs';
import type { ProviderEvents } from '../mail/delivery/provider-events/provider-events.ts';

/** What providers report by webhook, for whoever ties it to the mails. */
export class MailFeedback {
  readonly #events: ProviderEvents | undefined;

  constructor(events: ProviderEvents | undefined) {
    this.#events = events;
  }

  /** @throws PermanentError where the module of provider events is not part of this worker: the message is kept as a dead letter */
  async apply(...report: Parameters<ProviderEvents['apply']>): Promise<void> {
    if (!this.#events) throw new PermanentError('no-provider-events', 'this worker has no module for provider events');
    await this.#events.apply(...report);
  }
}
