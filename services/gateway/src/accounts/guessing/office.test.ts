import { FakeClock } from '@postern/runtime';
import { expect, it } from 'vitest';
import type { ProblemError } from '../../http/route.ts';
import { testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { type Guesser, Guesses } from './guesses.ts';
import { MemoryGuessStore } from './memory-guess-store.ts';

const HOUR_SECONDS = 3_600;
const MAX_DELAY_SECONDS = 300;
const COLLEAGUES = 200;
const OFFICE = '203.0.113.7';

function world() {
  const clock = new FakeClock();
  const config = testConfig({
    GUESS_FREE_PER_ACCOUNT: 5,
    GUESS_FREE_PER_ADDRESS: 30,
    GUESS_MAX_DELAY_SECONDS: MAX_DELAY_SECONDS,
  });
  const guesses = new Guesses(new MemoryGuessStore(), tx, config, clock);
  /** Seconds to wait; 0 when the try was answered. */
  const attempt = async (guesser: Guesser, right: boolean): Promise<number> => {
    try {
      const guess = await guesses.begin(guesser);
      await guesses.settle(guess, right);
      if (right) await guesses.succeeded(tx, guess);
      return 0;
    } catch (error) {
      return Number((error as ProblemError).headers['retry-after']);
    }
  };
  return { clock, guesses, attempt };
}

type Attack = (guess: number) => Guesser;

const attacks: [string, Attack][] = [
  ['inside the office, at one account', () => ({ account: 'boss@example.com', address: OFFICE })],
  [
    'inside the office, at one account after the other',
    (n) => ({ account: `person${n}@example.com`, address: OFFICE }),
  ],
  [
    'outside, at one account from ever new addresses',
    (n) => ({ account: 'boss@example.com', address: `198.51.100.${n % 250}` }),
  ],
  ['outside, at one account after the other', (n) => ({ account: `person${n}@example.com`, address: '192.0.2.66' })],
];

it.each(attacks)(
  'an attacker %s gets fewer than 100 guesses an hour, and nobody in an office of 200 waits longer than the bound',
  async (_where, attack) => {
    const { clock, attempt } = world();
    let guesses = 0;
    let longest = 0;
    for (let second = 0; second < HOUR_SECONDS; second++) {
      if ((await attempt(attack(guesses), false)) === 0) guesses += 1;
      // Each colleague signs in once in the hour, from a device that has before; every tenth mistypes at first.
      if (second % (HOUR_SECONDS / COLLEAGUES) === 0) {
        const person = { account: `colleague${second}@example.com`, address: OFFICE, device: 'laptop' };
        if (second % (10 * (HOUR_SECONDS / COLLEAGUES)) === 0)
          longest = Math.max(longest, await attempt(person, false));
        longest = Math.max(longest, await attempt(person, true));
      }
      // One types nothing but wrong passwords, without a known device.
      if (second % 30 === 0) await attempt({ account: 'clumsy@example.com', address: OFFICE }, false);
      await clock.advance(1_000);
    }
    expect(guesses).toBeLessThan(100);
    expect(longest).toBe(0);
    // A new device waits too, and no longer than the bound.
    const wait = await attempt({ account: 'new.colleague@example.com', address: OFFICE }, true);
    expect(wait).toBeLessThanOrEqual(MAX_DELAY_SECONDS);
  },
);

it('a clumsy colleague alone holds nobody up, known device or not', async () => {
  const { clock, attempt } = world();
  for (let tries = 0; tries < 200; tries++) {
    await attempt({ account: 'clumsy@example.com', address: OFFICE }, false);
    await clock.advance(10_000);
    expect(await attempt({ account: `colleague${tries}@example.com`, address: OFFICE }, true)).toBe(0);
  }
});

it('who has a password needs more than six hours for a hundred codes of the second factor', async () => {
  const { clock, guesses } = world();
  const began = clock.now().getTime();
  for (let codes = 0; codes < 100; ) {
    const seconds = await guesses.reserve({ account: 'second factor', address: OFFICE }).then(
      () => 0,
      (error: ProblemError) => Number(error.headers['retry-after']),
    );
    if (seconds === 0) codes += 1;
    else await clock.advance(seconds * 1000);
  }
  expect((clock.now().getTime() - began) / (HOUR_SECONDS * 1000)).toBeGreaterThan(6);
});
