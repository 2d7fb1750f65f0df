import { randomFillSync } from 'node:crypto';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
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
 * Our own span in the caller's trace, or in a new one (W3C Trace Context). A malformed header starts a new trace, as
 * section 3.2.2 asks; the caller's sampling flag is kept.
 */
export function continueTrace(header: string | undefined): string {
  if (header !== undefined) {
    const match = TRACEPARENT.exec(header);
    const [, traceId, parentId, flags] = match ?? [];
    const valid =
      traceId !== undefined && !header.startsWith('ff') && !/^0+$/.test(traceId) && !/^0+$/.test(parentId as string);
    if (valid) return `00-${traceId}-${randomHex(8)}-${flags}`;
  }
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}

/** A request id for a request that brought none. */
export function newRequestId(): string {
  return randomHex(16);
}
