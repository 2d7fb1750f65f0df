import { expect, it } from 'vitest';
import { DatabaseClock } from './database-clock.ts';

const MINUTE = 60_000;

/** A clock of a host that is ten minutes ahead, and what its monotonic clock says. */
function ahead() {
  const clock = new DatabaseClock(() => Date.now() + 10 * MINUTE);
  return { clock, present: performance.now() };
}

/** How far it is from the real time, in milliseconds. */
const off = (clock: DatabaseClock) => Math.abs(clock.now().getTime() - Date.now());

it("is the host's before the database was asked", () => {
  const { clock } = ahead();
  expect(off(clock)).toBeGreaterThan(9 * MINUTE);
  expect(Math.abs(clock.hostAheadMs)).toBeLessThan(MINUTE);
});

it('is what the database says from then on, and knows how far off the host is', () => {
  const { clock, present } = ahead();
  clock.learn(Date.now(), { askedAt: present, answeredAt: present });
  expect(off(clock)).toBeLessThan(MINUTE);
  expect(clock.hostAheadMs).toBeGreaterThan(9 * MINUTE);
});

it('is not moved by a look that took long and does not contradict it', () => {
  const clock = new DatabaseClock(() => 1_000_000);
  const before = clock.now().getTime() - performance.now();
  const present = performance.now();
  clock.learn(1_000_000, { askedAt: present - MINUTE, answeredAt: present + MINUTE });
  expect(Math.abs(clock.now().getTime() - performance.now() - before)).toBeLessThan(2);
});

it('takes the middle of what a slow look leaves open when it was wrong', () => {
  const { clock, present } = ahead();
  clock.learn(Date.now(), { askedAt: present - MINUTE, answeredAt: present + MINUTE });
  expect(off(clock)).toBeLessThan(MINUTE);
});

it("goes on by itself when the host's clock is set", () => {
  let set = 0;
  const clock = new DatabaseClock(() => Date.now() + set);
  const present = performance.now();
  clock.learn(Date.now(), { askedAt: present, answeredAt: present });
  set = -20 * MINUTE;
  expect(off(clock)).toBeLessThan(MINUTE);
  expect(clock.hostAheadMs).toBeLessThan(-19 * MINUTE);
});
