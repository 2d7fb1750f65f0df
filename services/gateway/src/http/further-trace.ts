import { traceIdOf } from '@postern/runtime';
import type { RequestContext } from './route.ts';

/** The trace of a request that is not named after it: of most there is nothing further to keep. */
export function furtherTrace({
  requestId,
  traceparent,
}: Pick<RequestContext, 'requestId' | 'traceparent'>): string | null {
  const trace = traceIdOf(traceparent) ?? null;
  return trace === requestId ? null : trace;
}
