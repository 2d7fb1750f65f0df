import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { MemoryLogger, traceIdOf } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { ClientAddresses } from './client-addresses.ts';
import { HttpRequestContext } from './request-context.ts';

const addresses = new ClientAddresses({ hops: 0, header: 'x-forwarded-for' }, new MemoryLogger());

function contextOf(headers: IncomingHttpHeaders): HttpRequestContext {
  return new HttpRequestContext({ headers } as IncomingMessage, {} as ServerResponse, {
    addresses,
    productName: 'Acme',
  });
}

describe('the context of a request', () => {
  it('has the id of its trace, where the trace begins here: one search finds the request, its event and its mail', () => {
    const { requestId, traceparent } = contextOf({});
    expect(requestId).toBe(traceIdOf(traceparent));
  });

  it('has an id of its own in the trace of a caller, who may make many requests in it', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const [one, two] = [contextOf({ traceparent }), contextOf({ traceparent })];
    expect(traceIdOf(one.traceparent)).toBe(traceIdOf(traceparent));
    expect(new Set([one.requestId, two.requestId, traceIdOf(traceparent)]).size).toBe(3);
  });

  it('has the id that the caller gave', () => {
    expect(contextOf({ 'x-request-id': 'support-me-1' }).requestId).toBe('support-me-1');
  });
});
