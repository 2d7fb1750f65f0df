import { expect, it } from 'vitest';
import { failureWords } from './failure-words.ts';

it('says what an error says, without addresses, and where it comes from', () => {
  const words = failureWords(new Error('no room for ann@example.com'), 500);
  expect(words).toMatch(/^no room for … \(packages\/runtime\/src\/text\/failure-words\.test\.ts:\d+.*\)$/);
});

it('cuts a long message, and not its place', () => {
  const words = failureWords(new Error('x'.repeat(1_000)), 300);
  expect(words).toHaveLength(300);
  expect(words).toMatch(/^x+ \(packages\/runtime\/src\/text\/failure-words\.test\.ts:\d+.*\)$/);
});

it('of what is no error says what was thrown', () => {
  expect(failureWords('no room', 500)).toBe('no room');
});
