import { RetryLater } from '@postern/sqs';
import type { EventDispatcher, EventMessage } from './event-dispatcher.ts';
import type { ListenerRegistry } from './listener-registry.ts';

/**
 * Has an event wait that a listener of another replica has to hear as well: during a rolling update old replicas take events that
 * a new listener is for. Theirs have run, and the record of what was handled keeps them from running again; only after `waitMs`
 * since a replica first missed the listener is it a dead letter, with the reason `unknown-listener`.
 */
export class PatientDispatcher {
  readonly #dispatcher: Pick<EventDispatcher, 'handle'>;
  readonly #registry: Pick<ListenerRegistry, 'missing'>;
  readonly #waitMs: number;

  constructor(
    dispatcher: Pick<EventDispatcher, 'handle'>,
    registry: Pick<ListenerRegistry, 'missing'>,
    waitMs: number,
  ) {
    this.#dispatcher = dispatcher;
    this.#registry = registry;
    this.#waitMs = waitMs;
  }

  /**
   * @throws RetryLater while another replica has a listener of the event that this one lacks
   * @throws as `EventDispatcher` does
   */
  async handle(message: EventMessage): Promise<void> {
    const type = await this.#dispatcher.handle(message);
    const missing = await this.#registry.missing(type);
    if (missing.length === 0) return;
    throw new RetryLater(`another replica has ${missing.join(', ')} for ${type}, and this one does not`, {
      atMostMs: this.#waitMs,
      reason: 'unknown-listener',
    });
  }
}
