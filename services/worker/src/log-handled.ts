import { type Clock, type Logger, ThinnedLog, traceIdOf } from '@postern/runtime';
import type { Middleware } from './middleware.ts';

/**
 * A line for each message that was handled, at `info`, thinned out above a hundred a second. Never a body or an attribute. What
 * fails is the consumer's to tell: it knows of the next try.
 */
export function log(logger: Logger, clock: Clock): Middleware {
  const lines = new ThinnedLog(logger, clock);
  return (next) => async (message) => {
    const began = performance.now();
    await next(message);
    const { queue, id, type, attempt, traceparent } = message;
    const traceId = traceIdOf(traceparent);
    lines.info('A message was handled', {
      ...{ queue, message_id: id, type, attempt, ms: Math.round(performance.now() - began) },
      ...(traceId === undefined ? {} : { trace_id: traceId }),
    });
  };
}
