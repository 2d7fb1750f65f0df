import { randomFillSync } from 'node:crypto';
import { readTraceparent, writeTraceparent } from '@postern/runtime';

const POOL_BYTES = 4_096;
const pool = Buffer.allocUnsafe(POOL_BYTES);
let used = POOL_BYTES;

/** Hex from a pool of random bytes: one system call for two hundred requests. */
function randomHex(bytes: number): string {
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, used + bytes);
  used += bytes;
  return hex;
}

/**
 * Where nobody traces: a span's place of our own in the caller's trace, or in a new one, so that logs and mails are found by it all the
 * same. The caller's sampling flag is kept.
 */
export function continueTrace(header: string | undefined): { traceId: string; traceparent: string } {
  const given = readTraceparent(header);
  const random = randomHex(given ? 8 : 8 + 16);
  const traceId = given?.traceId ?? random.slice(16);
  const traceparent = writeTraceparent({ traceId, traceFlags: given?.traceFlags ?? 1, spanId: random.slice(0, 16) });
  return { traceId, traceparent };
}

/** A request id for a request that brought none. */
export function newRequestId(): string {
  return randomHex(16);
}
