import { type Fields, RecurringWarnings, traceIdOf } from '@postern/runtime';
import { RetryLater, TryFailed } from '../retry/outcomes.ts';
import type { ConsumerSettings } from './consumer-options.ts';
import type { Delivery } from './delivery.ts';

/** Failing messages that are remembered: with more of them at a time nobody reads of each. */
const MAX_MESSAGES = 500;
/** Another message of the type that succeeds so long after the last failure says that it is over, in milliseconds. */
const CALM_MS = 60_000;

interface Failing {
  type: string;
  faults: readonly string[];
  /** When it failed last, by the monotonic clock. */
  at: number;
}

/**
 * What an operator hears of handlers that fail, where nobody has to act yet: each type of message and part of its handler (a listener)
 * at once, then once a minute with the count, and that it works again. Being asked to wait (`RetryLater`) is not a failure.
 */
export class HandlerWarnings {
  readonly #settings: ConsumerSettings;
  readonly #warnings: RecurringWarnings;
  /** By message id; the one that failed longest ago first. */
  readonly #failing = new Map<string, Failing>();

  constructor(settings: ConsumerSettings) {
    this.#settings = settings;
    this.#warnings = new RecurringWarnings(settings);
  }

  failed(delivery: Delivery, error: unknown, delayMs: number): void {
    const { clock, handlerName } = this.#settings;
    const handler = handlerName(delivery);
    const noted = delivery.failures.length > 0 ? delivery.failures : [{ part: undefined, error }];
    const failures = noted.filter((each) => !(each.error instanceof RetryLater));
    if (failures.length === 0) return;
    const faults = failures.map(({ part, error: cause }) => {
      const fault = `${delivery.type} ${part ?? handler}`;
      this.#warnings.warn(fault, 'A handler fails; its message is tried again', {
        ...fieldsOf(delivery),
        handler,
        ...(part === undefined ? {} : { listener: part }),
        attempt: delivery.attempt,
        attempts: delivery.attempts,
        next_try_ms: Math.round(delayMs),
        next_try: new Date(clock.now().getTime() + delayMs).toISOString(),
        error: cause instanceof TryFailed ? cause.cause : cause,
      });
      return fault;
    });
    this.#failing.delete(delivery.id);
    this.#failing.set(delivery.id, { type: delivery.type, faults, at: clock.monotonic() });
    const [oldest] = this.#failing.keys();
    if (this.#failing.size > MAX_MESSAGES && oldest !== undefined) this.#failing.delete(oldest);
  }

  succeeded(delivery: Delivery): void {
    // Nothing fails: the usual case costs this.
    if (this.#failing.size === 0) return;
    const itself = this.#failing.get(delivery.id);
    if (itself) this.#over(delivery, delivery.id, itself);
    const calmSince = this.#settings.clock.monotonic() - CALM_MS;
    for (const [id, failing] of this.#failing) {
      // Those that failed longest ago come first.
      if (failing.at > calmSince) return;
      if (failing.type === delivery.type) this.#over(delivery, id, failing);
    }
  }

  /** It was given up, and has had its own line. */
  forget(delivery: Delivery): void {
    this.#failing.delete(delivery.id);
  }

  #over(delivery: Delivery, id: string, { faults }: Failing): void {
    this.#failing.delete(id);
    for (const fault of faults) {
      const handler = fault.slice(delivery.type.length + 1);
      this.#warnings.recovered(fault, 'A handler works again', { ...fieldsOf(delivery), handler });
    }
  }
}

function fieldsOf({ id, type, traceparent }: Delivery): Fields {
  const traceId = traceIdOf(traceparent);
  return { message_id: id, type, ...(traceId === undefined ? {} : { trace_id: traceId }) };
}

/** Also where a part of its handler has, and another one waits, which decides when the message comes again. */
export function hasFailed({ failures }: Delivery, error: unknown): boolean {
  return [error, ...failures.map((part) => part.error)].some((each) => !(each instanceof RetryLater));
}
