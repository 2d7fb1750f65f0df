import type { Logger } from '@postern/runtime';
import { PermanentError, RetryLater } from '../retry/outcomes.ts';
import type { Middleware } from './middleware.ts';

/**
 * A line for each message whose handler failed: `debug` when it asked to be tried later, `warn` otherwise. Messages that succeed have a
 * `debug` line only. Never a body or an attribute.
 */
export function log(logger: Logger): Middleware {
  return (next) => async (message) => {
    const { queue, id, type, attempt, traceparent } = message;
    const fields = { queue, message_id: id, type, attempt, ...(traceparent ? { traceparent } : {}) };
    try {
      await next(message);
      logger.debug('A message was handled', fields);
    } catch (error) {
      if (error instanceof RetryLater) logger.debug('A handler asked to be tried later', { ...fields, error });
      else if (error instanceof PermanentError) logger.warn('A handler gave a message up', { ...fields, error });
      else logger.warn('A handler failed', { ...fields, error });
      throw error;
    }
  };
}
