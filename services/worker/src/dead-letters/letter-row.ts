import { createHash } from 'node:crypto';
import { bytesToId, idToBytes, isUuid, newId, plainText, toDate } from '@postern/runtime';
import type { DeadLetter } from '@postern/sqs';

/** `sent`: back to its queue. What an operator has decided counts from the commit on, whatever SQS still has. */
export type LetterState = 'dead' | 'sent' | 'discarded';

/** A letter as the register has it. */
export interface RegisteredLetter extends DeadLetter {
  /** Its row, by which pages go on. */
  row: string;
  state: LetterState;
  fingerprint: string;
  diedAt: Date;
}

export interface LetterRow {
  id: Buffer;
  queue: string;
  letter_id: string;
  type: string;
  reason: string;
  error: string | null;
  attempts: number;
  fingerprint: Buffer;
  user_id: Buffer | null;
  trace_id: Buffer | null;
  died_at: unknown;
  state: LetterState;
  operation_id: Buffer | null;
  acted_at: unknown;
  copy_gone: unknown;
  seen_at: unknown;
  letter: string;
}

const LONGEST_ID = 255;

/** When a letter died, as well as that is known: where SQS moved it itself, when it was sent. */
export function diedAt({ lastAt, sentAt }: Pick<DeadLetter, 'lastAt' | 'sentAt'>): Date {
  return lastAt ?? sentAt;
}

/** The register's id of a letter: the sender's, or its digest where a stranger's is too long. */
export function registerId(id: string): string {
  return id.length <= LONGEST_ID && plainText(id) === id ? id : createHash('sha256').update(id).digest('hex');
}

export function toRow(letter: DeadLetter, now: Date): LetterRow {
  const { queue, id, type, reason, error, attempts, traceparent } = letter;
  const traceId = /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent ?? '')?.[1];
  const texts = { type: plainText(type).slice(0, 190), reason: plainText(reason).slice(0, 128) };
  return {
    ...{ id: idToBytes(newId()), queue, letter_id: registerId(id), ...texts },
    error: error === undefined ? null : plainText(error).slice(0, 500),
    attempts: Number.isSafeInteger(attempts) ? Math.min(attempts, 1_000_000) : 0,
    fingerprint: fingerprintOf(letter),
    user_id: userOf(letter.body),
    trace_id: traceId === undefined ? null : Buffer.from(traceId, 'hex'),
    ...{ died_at: diedAt(letter), state: 'dead', operation_id: null, acted_at: null, copy_gone: false, seen_at: now },
    letter: JSON.stringify(letter),
  };
}

export function fromRow(row: LetterRow): RegisteredLetter {
  const letter = JSON.parse(row.letter) as DeadLetter;
  const time = (at: unknown) => (typeof at === 'string' ? new Date(at) : undefined);
  return {
    ...letter,
    ...{ firstAt: time(letter.firstAt), lastAt: time(letter.lastAt), sentAt: new Date(letter.sentAt) },
    ...{ row: bytesToId(Buffer.from(row.id)), state: row.state },
    fingerprint: Buffer.from(row.fingerprint).toString('hex'),
    diedAt: toDate(row.died_at) as Date,
  };
}

/** What died of the same: type, reason, and the error without what differs from letter to letter. */
export function fingerprintOf({ type, reason, error = '' }: Pick<DeadLetter, 'type' | 'reason' | 'error'>): Buffer {
  const [line = ''] = error.split('\n');
  const alike = line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|0x[0-9a-f]+|\d+/gi, '#').replace(/"[^"]*"|'[^']*'/g, '""');
  return createHash('sha256')
    .update(JSON.stringify([type, reason, alike]))
    .digest()
    .subarray(0, 16);
}

/** Whom a message is about: its envelope's subject, or the person in its data. */
function userOf(body: string): Buffer | null {
  try {
    const { subject, data } = JSON.parse(body) as { subject?: unknown; data?: { user_id?: unknown } };
    const id = [data?.user_id, subject].find((each): each is string => typeof each === 'string' && isUuid(each));
    return id === undefined ? null : idToBytes(id);
  } catch {
    // It may be here because it is no JSON.
    return null;
  }
}
