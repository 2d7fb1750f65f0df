import { describe, expect, it } from 'vitest';
import { continueTrace, newRequestId } from './trace-context.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

describe('trace context', () => {
  it('keeps the trace and the sampling flag of the caller, with a span of its own', () => {
    const { traceparent: child } = continueTrace(PARENT);
    expect(child).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
    expect(child).not.toBe(PARENT);
  });

  it('takes over no flag but the sampling one', () => {
    expect(continueTrace(`${PARENT.slice(0, -2)}ff`).traceparent).toMatch(/-01$/);
    expect(continueTrace(`${PARENT.slice(0, -2)}fe`).traceparent).toMatch(/-00$/);
  });

  it('reads a later version as far as it knows it', () => {
    expect(continueTrace(`cc${PARENT.slice(2)}-more`).traceId).toBe('0af7651916cd43dd8448eb211c80319c');
  });

  it.each([
    undefined,
    '',
    'x',
    PARENT.toUpperCase(),
    `ff${PARENT.slice(2)}`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
    `${PARENT}-more`,
    `${PARENT}, ${PARENT}`,
  ])('begins a new trace for %j', (header) => {
    const { traceId, traceparent } = continueTrace(header);
    expect(traceparent).toMatch(/^00-(?!0af7)[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traceparent).toContain(`-${traceId}-`);
  });

  it('gives no id twice, however many are asked for', () => {
    const ids = new Set(Array.from({ length: 5_000 }, newRequestId));
    expect(ids.size).toBe(5_000);
  });
});
