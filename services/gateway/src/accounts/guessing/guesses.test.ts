import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ProblemError } from '../../http/route.ts';
import { testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { type Guess, Guesses } from './guesses.ts';
import { MemoryGuessStore } from './memory-guess-store.ts';

const who = { account: 'ada@example.com', address: '203.0.113.7' };

let clock: FakeClock;
let store: MemoryGuessStore;
let guesses: Guesses;

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryGuessStore();
  guesses = new Guesses(store, tx, testConfig(), clock);
});

async function wrong(guesser = who): Promise<void> {
  await guesses.settle(await guesses.begin(guesser), false);
}

/** Seconds that the next guess must wait; 0 when it need not. */
async function delay(guesser = who): Promise<number> {
  return guesses.begin(guesser).then(
    () => 0,
    (problem: ProblemError) => Number(problem.headers['retry-after']),
  );
}

describe('Guesses', () => {
  it('cost nothing for a while, then twice as long each time, up to the bound', async () => {
    const delays: number[] = [];
    for (let index = 0; index < 10; index++) {
      await wrong({ ...who, address: `203.0.113.${index}` });
      const seconds = await delay();
      delays.push(seconds);
      await clock.advance(seconds * 1000);
    }
    expect(delays).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it('start afresh after the right one', async () => {
    for (let index = 0; index < 2; index++) await wrong();
    const guess = await guesses.begin(who);
    await guesses.settle(guess, true);
    await guesses.succeeded(tx, guess);
    for (let index = 0; index < 2; index++) await wrong();
    expect(await delay()).toBe(0);
  });

  it('are refused after the work as well, when a delay began during it, the right one too', async () => {
    const right = await guesses.begin(who);
    for (let index = 0; index < 3; index++) await wrong();
    await expect(guesses.settle(right, true)).rejects.toMatchObject({ status: 429, type: 'too-many-guesses' });
  });

  it('that are counted before they are checked pass as often as one by one, and the right one resets the count', async () => {
    const answered = await Promise.allSettled(Array.from({ length: 100 }, () => guesses.reserve(who)));
    const guess = answered.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(guess).toHaveLength(3);
    // What was let through is not refused after the work: the delay is its own.
    await guesses.settle(guess[2] as Guess, true);
    await guesses.succeeded(tx, guess[2] as Guess);
    expect(await delay()).toBe(0);
  });

  it('of a known device hold up that device alone, no other one and no stranger', async () => {
    for (let index = 0; index < 3; index++) await wrong({ ...who, device: 'stolen laptop' } as typeof who);
    expect(await delay({ ...who, device: 'stolen laptop' } as typeof who)).toBe(1);
    expect(await delay({ ...who, device: 'phone' } as typeof who)).toBe(0);
    expect(await delay()).toBe(0);
  });

  it('of strangers hold up no device that is known', async () => {
    for (let index = 0; index < 3; index++) await wrong();
    expect(await delay()).toBe(1);
    expect(await delay({ ...who, device: 'phone' } as typeof who)).toBe(0);
  });

  it('are counted by IPv6 network, of which one client has all addresses', async () => {
    for (let index = 0; index < 10; index++) {
      await wrong({ account: `user${index}@example.com`, address: `2001:db8:1:2::${index}` });
    }
    expect(await delay({ account: 'new@example.com', address: '2001:db8:1:2:ffff::1' })).toBe(1);
    expect(await delay({ account: 'new@example.com', address: '2001:db8:1:3::1' })).toBe(0);
  });

  it('are counted by the whole site of IPv6 too, whose owner comes from ever new networks', async () => {
    let answered = 0;
    for (let network = 0; network < 1_000; network++) {
      const guesser = { account: `user${network}@example.com`, address: `2001:db8:7:${network.toString(16)}::1` };
      await wrong(guesser).then(
        () => {
          answered += 1;
        },
        () => undefined,
      );
    }
    // Ten clients' worth, of ten accounts each.
    expect(answered).toBe(100);
    expect(await delay({ account: 'new@example.com', address: '2001:db8:8::1' })).toBe(0);
  });

  it('hold nobody up past the longest delay that began while the clock was far ahead', async () => {
    await clock.advance(24 * 3_600_000);
    for (let index = 0; index < 3; index++) await wrong();
    await clock.advance(-24 * 3_600_000);
    expect(await delay()).toBe(0);
    await wrong();
    expect(await delay()).toBe(2);
  });

  it('are forgotten after a day', async () => {
    for (let index = 0; index < 8; index++) {
      await clock.advance(60_000);
      await wrong();
    }
    await clock.advance(24 * 3_600_000);
    await wrong();
    expect(await delay()).toBe(0);
  });

  it('decay: half of them are forgotten within an hour', async () => {
    for (let account = 0; account < 9; account++) await wrong({ ...who, account: `user${account}@example.com` });
    await clock.advance(3_600_000);
    // Four or five of nine are left, so that as many again are free.
    for (let account = 10; account < 14; account++) await wrong({ ...who, account: `user${account}@example.com` });
    expect(await delay({ ...who, account: 'another@example.com' })).toBe(0);
  });

  it('of one colleague count once for the address that others share, and not at all when they remember', async () => {
    const colleague = { ...who, account: 'clumsy@example.com' };
    for (let index = 0; index < 30; index++) {
      await wrong(colleague);
      await clock.advance((await delay(colleague)) * 1000);
    }
    expect(await delay({ ...who, account: 'another@example.com' })).toBe(0);
    const right = await guesses.begin(colleague);
    await guesses.succeeded(tx, right);
    for (let account = 0; account < 9; account++) await wrong({ ...who, account: `user${account}@example.com` });
    expect(await delay({ ...who, account: 'another@example.com' })).toBe(0);
  });

  it('of an account are taken back from its address once, however many right ones come at the same time', async () => {
    for (let account = 0; account < 9; account++) await wrong({ ...who, account: `user${account}@example.com` });
    const owner = { ...who, account: 'owner@example.com' };
    await wrong(owner);
    await clock.advance((await delay(owner)) * 1000);
    const guess = await guesses.begin(owner);
    const commits: (() => void)[] = [];
    const open = Object.create(tx, { afterCommit: { value: (hook: () => void) => commits.push(hook) } });
    await Promise.all(Array.from({ length: 5 }, () => guesses.succeeded(open, guess)));
    for (const commit of commits) {
      commit();
      await clock.advance(0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await wrong({ ...who, account: 'another@example.com' });
    expect(await delay({ ...who, account: 'one more@example.com' })).toBeGreaterThan(0);
  });

  it('of one account at the same time count once for the address that others share', async () => {
    const colleague = { ...who, account: 'clumsy@example.com' };
    await Promise.allSettled(Array.from({ length: 12 }, () => wrong(colleague)));
    expect(await delay({ ...who, account: 'another@example.com' })).toBe(0);
  });

  it('that were forgotten are not taken back as well, from what others have failed at since', async () => {
    const old = Array.from({ length: 5 }, (_, index) => ({ ...who, account: `old${index}@example.com` }));
    for (const owner of old) await wrong(owner);
    await clock.advance(3 * 3_600_000);
    for (let account = 0; account < 8; account++) await wrong({ ...who, account: `user${account}@example.com` });
    for (const owner of old) await guesses.succeeded(tx, await guesses.begin(owner));
    await new Promise((resolve) => setImmediate(resolve));
    await wrong({ ...who, account: 'another@example.com' });
    expect(await delay({ ...who, account: 'one more@example.com' })).toBeGreaterThan(0);
  });

  it('leave no address of a person or a client in the table', async () => {
    await wrong();
    expect([...store.rows.keys()].every((subject) => /^[0-9a-f]{64}$/.test(subject))).toBe(true);
  });
});
