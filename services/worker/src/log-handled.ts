import { type Clock, type Logger, ThinnedLog, traceIdOf } from '@postern/runtime';
import type { MessageHandler } from '@postern/sqs';

/**
 * Wraps a handler so that each message that was handled has a line at `info`, thinned out above a hundred a second. Never a body or
 * an attribute. The consumer itself reports what fails: it knows of the next try.
 */
export function logHandled(logger: Logger, clock: Clock): (handler: MessageHandler) => MessageHandler {
  const lines = new ThinnedLog(logger, clock);
  return (handler) => async (message) => {
    const began = performance.now();
    await handler(message);
    const { queue, id, type, attempt, traceparent } = message;
    const traceId = traceIdOf(traceparent);
    lines.info('A message was handled', {
      ...{ queue, message_id: id, type, attempt, ms: Math.round(performance.now() - began) },
      ...(traceId === undefined ? {} : { trace_id: traceId }),
    });
  };
}
