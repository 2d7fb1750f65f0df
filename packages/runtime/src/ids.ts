import { randomUUID } from 'node:crypto';

/** Where the version of a UUID is in its text. */
const VERSION_AT = 14;
/** Where the 12 bits after the version start and end in the text of a UUID. */
const SEQUENCE_AT = 15;
const SEQUENCE_END = 18;
const SEQUENCE_MAX = 0xfff;
/** A new millisecond begins in the lower half, so that the numbers left for that millisecond are many. */
const SEQUENCE_START_MASK = 0x7ff;

let lastMs = 0;
let sequence = 0;

/**
 * A new UUIDv7 as text: its first 48 bits are the time, so that rows are inserted at an index's end. Ids of one process
 * ascend, also within a millisecond and when the clock is set back (RFC 9562, 6.2, method 1): what is listed by id is
 * listed in the order in which it happened. 62 bits stay random.
 */
export function newId(): string {
  const random = randomUUID();
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    sequence = Number.parseInt(random.slice(SEQUENCE_AT, SEQUENCE_END), 16) & SEQUENCE_START_MASK;
  } else if (sequence < SEQUENCE_MAX) sequence++;
  else {
    // More ids than a millisecond has numbers for: the next one is borrowed.
    lastMs++;
    sequence = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const numbered = sequence.toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${numbered}${random.slice(SEQUENCE_END)}`;
}

/** When an id was made: a UUIDv7 begins with it (RFC 9562, 5.7). Undefined for an id of another kind. */
export function timeOfId(id: string): Date | undefined {
  if (!isUuid(id) || id[VERSION_AT] !== '7') return undefined;
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text has the form of an id (RFC 9562), in small letters or capitals. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
