import { createHash } from 'node:crypto';
import { bytesToId, idToBytes, isUuid, newId, plainText, toDate } from '@postern/runtime';
import type { DeadLetter } from '@postern/sqs';

/** `sent`: back to its queue. What an operator has decided counts from the commit on, whatever SQS still has. */
type LetterState = 'dead' | 'sent' | 'discarded';

/** A letter as the register has it. */
export interface RegisteredLetter extends DeadLetter {
  /** Its row, by which pages go on. */
  row: string;
  /** What it is asked for by: nearly always its id. */
  letterId: string;
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
  /** Empty of what an earlier release has written down. */
  registered_at: unknown;
  letter: string;
}

/** Why a release gives up what another may know. */
export const UNKNOWN_REASONS: readonly string[] = ['unknown-type', 'unknown-version', 'unknown-mail'];
/** The encoding of a letter whose row cannot be read: nothing can be done with it but to discard it. */
export const UNREADABLE = 'unreadable';
const LONGEST_ID = 255;
const HOUR_MS = 3_600_000;
/** Twice as long as SQS keeps anything, in milliseconds. */
const LONG_MS = 28 * 24 * HOUR_MS;

/** When a worker has given it up; undefined where SQS moved it itself, and for a time that no worker can have written. */
export function givenUpAt({ lastAt }: Pick<DeadLetter, 'lastAt'>, now: Date): Date | undefined {
  const ahead = (lastAt?.getTime() ?? Number.NaN) - now.getTime();
  return ahead <= HOUR_MS && ahead >= -LONG_MS ? lastAt : undefined;
}

/** When a letter died, as well as that is known: where SQS moved it itself, when it was sent. */
export function diedAt(letter: Pick<DeadLetter, 'lastAt' | 'sentAt'>, now: Date): Date {
  return givenUpAt(letter, now) ?? letter.sentAt;
}

/** The register's id of a letter: the sender's, or its digest where a stranger's is too long. */
export function registerId(id: string): string {
  const fits = id.length <= LONGEST_ID && plainText(id) === id && id.trimEnd() === id;
  return fits ? id : sha256(id);
}

/**
 * The register's id of a letter whose own is another one's already: whoever can write to a queue chooses the ids of their messages, and must neither
 * take another's place nor have its copy deleted with his.
 */
export function otherRegisterId(letter: Pick<DeadLetter, 'id' | 'body'>): string {
  return sha256(JSON.stringify([letter.id, contentOf(letter.body)]));
}

/** Whether both are the same message, whenever it was signed. */
export function isSameMessage(one: Pick<DeadLetter, 'body'>, other: Pick<DeadLetter, 'body'>): boolean {
  return one.body === other.body || contentOf(one.body) === contentOf(other.body);
}

function contentOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return body;
    const { mac: _mac, signedat: _signedAt, ...content } = parsed as Record<string, unknown>;
    return JSON.stringify(content);
  } catch {
    return body;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function toRow(letter: DeadLetter, now: Date, letterId = registerId(letter.id)): LetterRow {
  const { queue, type, reason, error, attempts, traceparent } = letter;
  const traceId = /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent ?? '')?.[1];
  const texts = { type: plainText(type).slice(0, 190), reason: plainText(reason).slice(0, 128) };
  return {
    ...{ id: idToBytes(newId()), queue, letter_id: letterId, ...texts },
    error: error === undefined ? null : plainText(error).slice(0, 500),
    attempts: Number.isSafeInteger(attempts) ? Math.min(attempts, 1_000_000) : 0,
    fingerprint: fingerprintOf(letter),
    user_id: userOf(letter.body),
    trace_id: traceId === undefined ? null : Buffer.from(traceId, 'hex'),
    ...{
      died_at: diedAt(letter, now),
      state: 'dead',
      operation_id: null,
      acted_at: null,
      copy_gone: false,
      seen_at: now,
      registered_at: now,
    },
    letter: JSON.stringify(letter),
  };
}

/** One that cannot be read is still there, with what its columns have. */
export function fromRow(row: LetterRow): RegisteredLetter {
  const letter = readLetter(row);
  const time = (at: unknown) => (typeof at === 'string' ? new Date(at) : undefined);
  return {
    ...letter,
    ...{ firstAt: time(letter.firstAt), lastAt: time(letter.lastAt), sentAt: new Date(letter.sentAt) },
    ...{ row: bytesToId(Buffer.from(row.id)), letterId: row.letter_id, state: row.state },
    fingerprint: Buffer.from(row.fingerprint).toString('hex'),
    diedAt: toDate(row.died_at) as Date,
  };
}

/** Its times are texts in its row. */
function readLetter(row: LetterRow): DeadLetter {
  const { queue, letter_id: id, type, reason, attempts } = row;
  try {
    const letter = JSON.parse(row.letter) as DeadLetter;
    if (
      typeof letter.body !== 'string' ||
      typeof letter.id !== 'string' ||
      Number.isNaN(Date.parse(`${letter.sentAt}`))
    ) {
      throw new TypeError('it has no id, body or time');
    }
    return { ...letter, attributes: letter.attributes ?? {} };
  } catch {
    const at = toDate(row.died_at) as Date;
    return {
      ...{ queue, id, type, reason, error: 'its row in the register cannot be read', attempts },
      ...{ handler: undefined, firstAt: undefined, lastAt: at, sentAt: at, body: '', encoding: UNREADABLE },
      ...{ messages: 1, traceparent: undefined, groupId: undefined, attributes: {} },
    };
  }
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
    // It may be here because it is not JSON.
    return null;
  }
}
