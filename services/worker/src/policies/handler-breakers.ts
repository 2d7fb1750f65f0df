import type { Policies } from '@postern/events';
import type { Metrics } from '@postern/runtime';
import { HandlerBreaker, type HandlerBreakerTools } from './handler-breaker.ts';

/** The breakers of a replica's handlers: this replica's alone, as each learns of what is down from its own tries. */
export class HandlerBreakers {
  readonly #all = new Map<string, HandlerBreaker>();

  constructor(metrics: Metrics) {
    metrics.gauge(
      'queue_handler_breaker_open',
      '1 while a handler is not tried, as it failed again and again; 0 otherwise',
      ['handler'],
      (gauge) => {
        for (const { name, breaker } of this.all) gauge.set({ handler: name }, breaker.state === 'closed' ? 0 : 1);
      },
    );
  }

  get all(): readonly HandlerBreaker[] {
    return [...this.#all.values()];
  }

  /** A breaker for the handler of that name: `job shipment.book`. */
  add(name: string, options: NonNullable<Policies['breaker']>, tools: HandlerBreakerTools): HandlerBreaker {
    const made = new HandlerBreaker(name, options, tools);
    this.#all.set(name, made);
    return made;
  }
}
