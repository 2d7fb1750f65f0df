import { expect, test } from 'vitest';
import { duration, Terminal } from './terminal.ts';

function written(isTTY: boolean, env: NodeJS.ProcessEnv): string {
  let text = '';
  const terminal = new Terminal({ isTTY, write: (part: string) => (text += part) }, env);
  terminal.step('Database', 'sqlite');
  terminal.error('broken');
  return text;
}

test('a terminal gets colours', () => {
  expect(written(true, {})).toContain('\u001b[32m✓');
});

test('a pipe gets none, and neither does a terminal whose owner set NO_COLOR', () => {
  expect(written(false, {})).toBe('  ✓ Database         sqlite\n✗ broken\n');
  expect(written(true, { NO_COLOR: '1' })).toBe(written(false, {}));
});

test('an empty NO_COLOR counts as not set', () => {
  expect(written(true, { NO_COLOR: '' })).toContain('\u001b[32m');
});

test('durations read as a person would say them', () => {
  expect([duration(12.4), duration(2440), duration(185_000)]).toEqual(['12 ms', '2.4 s', '3 min 05 s']);
});
