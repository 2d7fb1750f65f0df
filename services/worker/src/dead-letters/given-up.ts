import { errorMessage, type Logger } from '@postern/runtime';
import { type DeadLetter, PermanentError, type ReceivedMessage, RetryLater } from '@postern/sqs';
import type { LetterRegister } from './letter-register.ts';

/** Has each message that is given up in the register; that it cannot be written down keeps nothing from being given up. */
export function registerGivenUp(
  register: LetterRegister,
  { logger, now }: { logger: Logger; now: () => Date },
): (message: ReceivedMessage, error: unknown) => Promise<void> {
  return async (message, error) => {
    // Its letter has the id that SQS gives it.
    if (message.id === '') return;
    try {
      await register.died(letterOf(message, error, now()));
    } catch (failure) {
      const fields = { queue: message.queue, message_id: message.id, error: failure };
      logger.warn('a dead letter is not in the register; whoever goes through its queue writes it down', fields);
    }
  };
}

function letterOf(message: ReceivedMessage, error: unknown, now: Date): DeadLetter {
  const { queue, id, type, body, attempt, sentAt, traceparent, groupId, attributes } = message;
  const name = error instanceof Error ? `${error.name}: ` : '';
  const known = error instanceof PermanentError || error instanceof RetryLater;
  return {
    ...{ queue, id, type, body, traceparent, groupId, attributes: { ...attributes }, sentAt },
    reason: known ? error.reason : 'attempts-used-up',
    error: `${name}${errorMessage(error)}`,
    attempts: Math.min(attempt, message.attempts ?? attempt),
    ...{ handler: `worker/${queue}`, firstAt: undefined, lastAt: now, encoding: 'json', messages: 1 },
  };
}
