import { type Clock, SystemClock } from '@postern/runtime';
import type { ReceivedMessage } from '../consumer/received-message.ts';
import { HandlerTimeoutError } from '../retry/outcomes.ts';
import type { Middleware } from './middleware.ts';

/**
 * A time limit of one handler, shorter than the consumer's: its signal is aborted and the run counts as failed, whatever the
 * handler makes of it.
 *
 * @param limitMs milliseconds
 */
export function timeout(limitMs: number, clock: Clock = new SystemClock()): Middleware {
  return (next) => async (message) => {
    const limit = new AbortController();
    const ended = new AbortController();
    const limited = withSignal(message, AbortSignal.any([message.signal, limit.signal]));
    const expiry = clock.sleep(limitMs, ended.signal).then(
      () => {
        const error = new HandlerTimeoutError(limitMs);
        limit.abort(error);
        throw error;
      },
      // The handler was quicker.
      () => new Promise<never>(() => {}),
    );
    try {
      await Promise.race([next(limited), expiry]);
    } finally {
      ended.abort();
    }
  };
}

/** The same message with another signal. */
function withSignal(message: ReceivedMessage, signal: AbortSignal): ReceivedMessage {
  return Object.create(message, { signal: { value: signal, enumerable: true } });
}
