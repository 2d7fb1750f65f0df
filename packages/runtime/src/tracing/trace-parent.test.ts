import { describe, expect, it } from 'vitest';
import { readTraceparent, traceIdOf, writeTraceparent } from './trace-parent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const GOOD = `00-${TRACE}-b7ad6b7169203331-01`;

describe('a traceparent', () => {
  it('is written as it was read', () => {
    const read = readTraceparent(GOOD);
    expect(read && writeTraceparent(read)).toBe(GOOD);
    expect(traceIdOf(GOOD)).toBe(TRACE);
  });

  it.each([
    ['nothing', undefined],
    ['an empty one', ''],
    ['capitals', GOOD.toUpperCase()],
    ['a longer one of version 00', `${GOOD}-more`],
    ['version ff', `ff${GOOD.slice(2)}`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['two in one', `${GOOD}, ${GOOD}`],
    ['a line break', `${GOOD}\n`],
    ['a megabyte', 'a'.repeat(1_000_000)],
  ])('counts as none: %s', (_what, text) => {
    expect(readTraceparent(text)).toBeUndefined();
    expect(traceIdOf(text)).toBeUndefined();
  });

  it('keeps of its flags the sampling one', () => {
    expect(readTraceparent(`${GOOD.slice(0, -2)}ff`)?.traceFlags).toBe(1);
    expect(readTraceparent(`${GOOD.slice(0, -2)}fe`)?.traceFlags).toBe(0);
  });

  it('of a later version is read as far as it is known', () => {
    expect(traceIdOf(`cc${GOOD.slice(2)}-more`)).toBe(TRACE);
  });
});
