import type { DeadLetter } from './dead-letter-format.ts';

/** Which dead letters are meant; a letter must fit everything that is given. An empty filter fits all. */
export interface DeadLetterFilter {
  ids?: readonly string[];
  type?: string;
  reason?: string;
  handler?: string;
  /** A part of the error's text, whatever its case. */
  error?: string;
  /** A part of the body as it was sent, whatever its case: a user's id, an address. */
  text?: string;
  /** Given up at or after this time. */
  since?: Date;
  /** Given up before this time. */
  before?: Date;
}

export function matches(letter: DeadLetter, filter: DeadLetterFilter): boolean {
  const { ids, type, reason, handler, error, text, since, before } = filter;
  // Where SQS moved the letter itself, when it was sent is the best that is known.
  const diedAt = letter.lastAt ?? letter.sentAt;
  return (
    (ids === undefined || ids.includes(letter.id)) &&
    (type === undefined || letter.type === type) &&
    (reason === undefined || letter.reason === reason) &&
    (handler === undefined || letter.handler === handler) &&
    (error === undefined || (letter.error ?? '').toLowerCase().includes(error.toLowerCase())) &&
    (text === undefined || letter.body.toLowerCase().includes(text.toLowerCase())) &&
    (since === undefined || diedAt >= since) &&
    (before === undefined || diedAt < before)
  );
}
