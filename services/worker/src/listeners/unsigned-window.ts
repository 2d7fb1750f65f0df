import type { UnsignedWindow } from '@postern/events';
import { type Clock, type Logger, type Metrics, RecurringWarnings } from '@postern/runtime';

interface WindowParts {
  logger: Logger;
  metrics: Metrics;
  clock: Clock;
}

/** Lets messages without a signature in until ACCEPT_UNSIGNED_UNTIL, counts them and says so. Undefined when that is not set. */
export function unsignedWindow(
  until: Date | undefined,
  { logger, metrics, clock }: WindowParts,
): UnsignedWindow | undefined {
  if (until === undefined) return undefined;
  if (until <= clock.now()) {
    logger.info('ACCEPT_UNSIGNED_UNTIL has passed: unsigned messages are rejected. Remove the variable', {
      until,
    });
    return undefined;
  }
  logger.warn('unsigned messages are accepted: whoever can write to a queue can forge them', { until });
  const warnings = new RecurringWarnings({ logger, clock });
  const counter = metrics.counter(
    'queue_unsigned_messages_accepted_total',
    'Messages without a signature that were accepted during an upgrade (ACCEPT_UNSIGNED_UNTIL)',
    ['type'],
  );
  return {
    until,
    accepted: ({ type, source }) => {
      counter.inc({ type });
      warnings.warn(type, 'an unsigned message was accepted', { type, source, until });
    },
  };
}
