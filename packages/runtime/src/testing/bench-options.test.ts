import { expect, it } from 'vitest';
import { benchOptions } from './bench-options.ts';

const read = (...args: string[]) =>
  benchOptions(
    'What it measures.',
    {
      rounds: [5, 'measurements', 1],
      signUps: [200, 'sign-ups a measurement'],
      folder: ['', 'where pictures go'],
      quick: [false, 'short'],
    },
    args,
  );

it('takes what was given, and defaults for the rest', () => {
  expect(read('--sign-ups', '7', '--folder', '/tmp')).toEqual({ rounds: 5, signUps: 7, folder: '/tmp', quick: false });
});

it('is short with --quick, but for what was given', () => {
  expect(read('--quick')).toEqual({ rounds: 1, signUps: 200, folder: '', quick: true });
  expect(read('--quick', '--rounds', '9')).toMatchObject({ rounds: 9 });
});

it('refuses what is not a number, and options that do not exist', () => {
  expect(() => read('--sign-ups', 'many')).toThrow('--sign-ups: expected a number, not "many"');
  expect(() => read('--runds', '3')).toThrow("'--runds'");
});
