import { randomUUID } from 'node:crypto';

/** A UUIDv7 (RFC 9562, 5.7): the time in milliseconds, then 74 random bits. Node.js itself makes them from version 26 on. */
export function newMessageId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
