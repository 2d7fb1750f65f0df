import { expect, it } from 'vitest';
import { DatabaseClock } from './database-clock.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 0, 1, 12);

/** A process and the hosts around it, whose real time only the test moves on. */
function world({ hostAhead = 0 } = {}) {
  const real = { ms: NOON };
  const host = { ahead: hostAhead };
  class OwnedClock extends DatabaseClock {
    override monotonic(): number {
      return real.ms - NOON + MINUTE;
    }
  }
  const clock = new OwnedClock(() => real.ms + host.ahead);
  /** How far it is from the real time, in milliseconds. */
  const off = () => clock.now().getTime() - real.ms;
  /** Looks at a database whose clock is off by so much, look after look; the last goes on. Each takes `tookMs`. Counts the looks. */
  const look = async (offs: readonly number[], tookMs = 0) => {
    let looks = 0;
    await clock.look(async () => {
      real.ms += tookMs / 2;
      const answer = (real.ms + (offs[Math.min(looks++, offs.length - 1)] ?? 0)) / 1_000;
      real.ms += tookMs / 2;
      return answer;
    });
    return looks;
  };
  return { clock, real, host, off, look };
}

it("is the host's before the database was asked", () => {
  const { clock, off } = world({ hostAhead: 10 * MINUTE });
  expect([off(), clock.hostAheadMs]).toEqual([10 * MINUTE, 0]);
});

it('is what the database says from then on, and knows how far off the host is', async () => {
  const { clock, off, look } = world({ hostAhead: 10 * MINUTE });
  await look([0]);
  expect([off(), clock.hostAheadMs]).toEqual([0, 10 * MINUTE]);
});

it('is not moved by a look that took long and does not contradict it', async () => {
  const { off, look } = world();
  await look([0]);
  await look([50], 2 * MINUTE);
  expect(off()).toBe(0);
});

it('is moved by a look that took long as little as that one asks for', async () => {
  const { off, look } = world();
  await look([0]);
  await look([510], 1_000);
  expect(off()).toBe(10);
});

it('takes the middle of what a slow look leaves open when it was quite wrong', async () => {
  const { off, look } = world({ hostAhead: 10 * MINUTE });
  await look([0], 2 * MINUTE);
  expect(off()).toBe(0);
});

it('follows a clock that was set by less than a minute at once', async () => {
  const { off, look } = world();
  expect(await look([30_000])).toBe(1);
  expect(off()).toBe(30_000);
});

it.each([90 * MINUTE, -90 * MINUTE, -1e15])(
  'does not believe a single look that would move it by %i ms',
  async (jump) => {
    const { off, look } = world();
    await look([jump, 0]);
    expect(off()).toBe(0);
    await look([jump, jump / 2]);
    expect(off()).toBe(0);
  },
);

it('believes two looks that agree', async () => {
  const { off, look } = world();
  expect(await look([90 * MINUTE, 90 * MINUTE + 1], 4)).toBe(2);
  expect(Math.round(off() / MINUTE)).toBe(90);
});

it('is not moved by an answer that is not a time', async () => {
  const { clock, off } = world();
  for (const answer of [undefined, 'NULL', Number.NaN]) {
    await expect(clock.look(async () => answer)).rejects.toThrow('what time it is');
  }
  expect(off()).toBe(0);
});

it("goes on by itself when the host's clock is set", async () => {
  const { clock, real, host, off, look } = world();
  await look([0]);
  host.ahead = -20 * MINUTE;
  real.ms += 5 * MINUTE;
  expect([off(), clock.hostAheadMs]).toEqual([0, -20 * MINUTE]);
});
