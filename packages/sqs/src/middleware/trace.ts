import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { Middleware } from './middleware.ts';

export interface TraceContext {
  traceId: string;
  /** This handler's own span: what it sends carries it as the parent. */
  spanId: string;
  sampled: boolean;
}

/** W3C Trace Context, version 00: version, trace id, parent id, flags. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;
const storage = new AsyncLocalStorage<TraceContext>();

/** The trace of the message that is being handled here; undefined outside of a handler with the `trace` middleware. */
export function currentTrace(): TraceContext | undefined {
  return storage.getStore();
}

/** The `traceparent` for what a handler sends: the message's trace, with the handler as the parent. */
export function currentTraceparent(): string | undefined {
  const trace = storage.getStore();
  return trace && `00-${trace.traceId}-${trace.spanId}-${trace.sampled ? '01' : '00'}`;
}

/** Goes on with the trace of the message, or begins one where it has none or a broken one. */
export function trace(): Middleware {
  return (next) => (message) => {
    const [, traceId, flags = '01'] = TRACEPARENT.exec(message.traceparent ?? '') ?? [];
    const context: TraceContext = {
      traceId: traceId ?? randomBytes(16).toString('hex'),
      spanId: randomBytes(8).toString('hex'),
      sampled: (Number.parseInt(flags, 16) & 1) === 1,
    };
    return storage.run(context, () => next(message));
  };
}
