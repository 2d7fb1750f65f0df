import { randomUUIDv7 } from 'node:crypto';

/** A new UUIDv7 (RFC 9562, 5.7) as text: its first 48 bits are the time, so that rows are inserted at an index's end. */
export function newId(): string {
  return randomUUIDv7();
}
