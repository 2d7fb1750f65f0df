import { describe, expect, it } from 'vitest';
import { DETAILS_LENGTH, readDetails, writeDetails } from './audit-details.ts';

const many = (count: number, of = 'a-role-of-a-product') => Array.from({ length: count }, (_, at) => `${of}-${at}`);

/** What is read back of what was written, which fits into the column. */
function kept(details: Record<string, string[]>) {
  const text = writeDetails(details);
  expect(text.length).toBeLessThanOrEqual(DETAILS_LENGTH);
  return readDetails(text);
}

describe('the details of an entry', () => {
  it('are kept whole where they fit', () => {
    const details = { by: ['kim'], before: ['user'], after: many(30) };
    expect(kept(details)).toEqual(details);
  });

  it('say what has changed where they do not fit, and how many have not', () => {
    expect(kept({ by: ['kim'], before: [...many(30), 'old'], after: ['new', ...many(30)] })).toEqual({
      by: ['kim'],
      before: ['old', '… 30 more'],
      after: ['new', '… 30 more'],
    });
  });

  it('lose words of the longest list where so much has changed, and say how many', () => {
    const { by, before, after = [] } = kept({ by: ['kim'], before: ['user'], after: many(100) }) ?? {};
    expect({ by, before }).toEqual({ by: ['kim'], before: ['user'] });
    expect(after.length).toBeGreaterThan(30);
    expect(after).toEqual([...many(100).slice(0, after.length - 1), `… ${101 - after.length} more`]);
  });

  it('hide no role behind an operator of its name', () => {
    expect(kept({ by: ['new'], before: many(30), after: [...many(30), 'new'] })).toMatchObject({
      by: ['new'],
      after: ['new', '… 30 more'],
    });
  });

  it.each([
    ['longer than all of them may be', 'x'.repeat(5_000), `${'x'.repeat(99)}…`],
    ['of characters that take six each', '\u0001'.repeat(500), `${'\u0001'.repeat(99)}…`],
  ])('fit with a word %s', (_what, word, left) => {
    expect(kept({ key: [word] })).toEqual({ key: [left] });
  });
});
