import { expect, it } from 'vitest';
import { ConsoleFault } from '../web/console-route.ts';
import { timeIn } from './query-fields.ts';

const read = (since: string) => timeIn(new URLSearchParams({ since }), 'since')?.toISOString();

it.each([
  ['2026-01-31T10:00', '2026-01-31T10:00:00.000Z'],
  ['2026-01-31T10:00:30.5', '2026-01-31T10:00:30.500Z'],
  ['2026-01-31T10:00:00.000Z', '2026-01-31T10:00:00.000Z'],
  ['2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00.000Z'],
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['', undefined],
])('a time that a form gives as %s is %s', (text, time) => {
  expect(read(text)).toBe(time);
});

it.each(['5', '2026-02-31', '2026-02-31T10:00', 'yesterday', '31.1.2026', 'T10:00'])(
  '%s is not a time, though a Date can be made of it',
  (text) => {
    expect(() => read(text)).toThrow(ConsoleFault);
  },
);
