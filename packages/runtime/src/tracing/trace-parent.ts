import { randomBytes } from 'node:crypto';
import type { SpanContext } from '@opentelemetry/api';

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;
/** The one flag that is taken over (W3C Trace Context, 3.2.2.5); of the others nothing is known but that they are somebody else's. */
const SAMPLED = 1;

/**
 * What a `traceparent` says, and undefined for one that breaks the rules (W3C Trace Context, 3.2.2 to 3.2.3): such a header counts as
 * none. Of a version after 00 the part that is known is read, as section 4 asks. `tracestate` is not read at all: it is a stranger's
 * text, and nothing here needs it.
 */
export function readTraceparent(text: string | undefined): SpanContext | undefined {
  const match = text === undefined ? undefined : TRACEPARENT.exec(text);
  if (!match) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', further] = match;
  if (version === 'ff' || (version === '00' && further !== undefined)) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & SAMPLED, isRemote: true };
}

/** A `traceparent` of version 00. */
export function writeTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & SAMPLED) === 0 ? '00' : '01'}`;
}

/** A `traceparent` of a new trace, for work that nobody's request has begun. */
export function newTraceparent(): string {
  const hex = (bytes: number) => randomBytes(bytes).toString('hex');
  return writeTraceparent({ traceId: hex(16), spanId: hex(8), traceFlags: SAMPLED });
}

/** The trace's id in a `traceparent`, which is what logs are searched by; undefined for anything else. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return readTraceparent(traceparent)?.traceId;
}
