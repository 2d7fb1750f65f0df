import { createHash } from 'node:crypto';

const ID_BYTES = 16;
/** A UUIDv7 begins with its time, in 48 bits (RFC 9562, 5.7). */
const TIME_BYTES = 6;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/;
/** The keys whose ids begin with a time, as a pattern of SQL's LIKE. */
export const KEY_WITH_TIME = '________-____-7%';

/**
 * The ledger's id of a mail: the time in its event's id, then 80 bits of SHA-256 of the key. The same key always gives the
 * same id, and rows are inserted at the index's end because the event's id is a UUIDv7.
 */
export function mailId(key: string): Buffer {
  const digest = createHash('sha256').update(key).digest();
  if (!UUID_V7.test(key)) return digest.subarray(0, ID_BYTES);
  const time = Buffer.from(key.slice(0, 13).replace('-', ''), 'hex');
  return Buffer.concat([time, digest.subarray(0, ID_BYTES - TIME_BYTES)]);
}

/** The highest id that a mail of an event until then can have. */
export function lastIdOf(at: Date): Buffer {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeUIntBE(at.getTime(), 0, TIME_BYTES);
  return Buffer.concat([time, Buffer.alloc(ID_BYTES - TIME_BYTES, 0xff)]);
}

/** The Message-ID (RFC 5322, 3.6.4): it says which row of the ledger it is, and nothing of the event or the person. */
export function messageIdOf(id: Buffer, domain: string): string {
  return `<${id.toString('hex')}@${domain}>`;
}

/** The ledger's id in a Message-ID of ours; undefined for any other. */
export function idFromMessageId(messageId: string): Buffer | undefined {
  const match = /^<?([0-9a-f]{32})@/.exec(messageId.trim());
  return match?.[1] === undefined ? undefined : Buffer.from(match[1], 'hex');
}

/** When the event that led to the mail happened, where the key says so. */
export function eventTimeOf(key: string): Date | undefined {
  if (!UUID_V7.test(key)) return undefined;
  return new Date(Number.parseInt(key.slice(0, 13).replace('-', ''), 16));
}
