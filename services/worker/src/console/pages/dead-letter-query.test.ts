import { expect, it } from 'vitest';
import { chosenIn } from './dead-letter-query.ts';

const chosen = (fields: Record<string, string>) => chosenIn(new URLSearchParams(fields));

it('reads from a form what an act is about, and everything only when that is asked for', () => {
  expect(chosen({ type: 'user.registered', text: ' ann ' })).toEqual({ type: 'user.registered', text: 'ann' });
  expect(chosen({ scope: 'all' })).toEqual({});
  expect(() => chosen({ type: ' ', text: '' })).toThrow(/No letter was chosen/);
});

it('refuses a text that is too long, instead of choosing letters by its beginning', () => {
  expect(chosen({ text: 'x'.repeat(300) }).text).toHaveLength(300);
  expect(() => chosen({ text: 'x'.repeat(301) })).toThrow('text: expected at most 300 characters.');
});
