import { expect, it } from 'vitest';
import { cleanData, singleLine } from './clean-data.ts';

it('makes one line of what a header or the text part must not break at', () => {
  expect(singleLine('Ann\r\nBcc: all@example.com\u2028x\u0085y\0')).toBe('Ann Bcc: all@example.com x y');
  expect(singleLine('  \u202eAnn\u202c\u2066 ')).toBe('Ann');
  expect(singleLine('\ud800Ann')).toBe('\ufffdAnn');
});

it('keeps what writing needs: joiners, marks, emoji', () => {
  const texts = ['می‌خواهم', 'नमस्ते', '👩‍👩‍👧', 'e\u0301', 'مرحبًا'];
  expect(texts.map(singleLine)).toEqual(texts);
});

it('goes through lists and objects, and leaves numbers, times and null as they are', () => {
  const time = new Date(0);
  expect(cleanData({ a: ['x\ny', { b: 'c\td' }], n: 1, none: null, time, yes: true })).toEqual({
    a: ['x y', { b: 'c d' }],
    n: 1,
    none: null,
    time,
    yes: true,
  });
});
