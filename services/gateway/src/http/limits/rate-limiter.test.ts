import { CommitOutcomeUnknown, FakeClock } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../problem.ts';
import type { Limit, LimitSubject, Reply, RouteRequest } from '../route.ts';
import { countEffects } from './count-effects.ts';
import type { Count, Tally } from './rate-limit-store.ts';
import { RateLimiter } from './rate-limiter.ts';

type Transact = RouteRequest['transaction'];

it('the RateLimit headers have whole seconds, rounded up', async () => {
  const limits: Limit[] = [
    { name: 'a', per: 'address', max: 5, windowSeconds: 60 },
    { name: 'b', per: 'everyone', max: 2, windowSeconds: 3_600 },
  ];
  const clock = new FakeClock();
  const one = new RateLimiter(new MemoryCounts(), clock);
  await one.check(limits, subject('192.0.2.1'));
  await clock.advance(29_999);
  expect((await one.check(limits, subject('192.0.2.1'))).headers).toEqual({
    'ratelimit-policy': '"a";q=5;w=60, "b";q=2;w=3600',
    ratelimit: '"a";r=3;t=31, "b";r=0;t=3571',
  });
});

it('the RateLimit headers say nothing of a limit that is secret', async () => {
  const secret: Limit = { name: 'b', per: 'everyone', max: 2, windowSeconds: 60, secret: true };
  const shown: Limit = { name: 'a', per: 'address', max: 5, windowSeconds: 60 };
  const one = new RateLimiter(new MemoryCounts(), new FakeClock());
  expect((await one.check([secret, shown], subject('192.0.2.1'))).headers).toEqual({
    'ratelimit-policy': '"a";q=5;w=60',
    ratelimit: '"a";r=4;t=60',
  });
  expect((await one.check([secret], subject('192.0.2.1'))).headers).toEqual({});
  expect((await answerTo(one, [secret], '192.0.2.1')).passed).toBe(false);
});

/** Counts in memory, in windows that begin with their first hit. */
class MemoryCounts {
  asked = 0;
  readonly #counts = new Map<string, Count>();

  async hit({ name, value, windowSeconds }: Tally, now: number): Promise<Count> {
    this.asked++;
    const key = `${name} ${value}`;
    const before = this.#counts.get(key);
    const running = before && before.resetsAt > now ? before : { hits: 0, resetsAt: now + windowSeconds * 1_000 };
    const count = { ...running, hits: running.hits + 1 };
    this.#counts.set(key, count);
    return count;
  }

  async takeBack({ name, value }: Tally, resetsAt: number): Promise<void> {
    const count = this.#counts.get(`${name} ${value}`);
    if (count?.resetsAt === resetsAt) count.hits -= 1;
  }
}

const subject = (address: string): LimitSubject => ({
  ...{ address, body: undefined, params: undefined, query: undefined, principal: undefined },
});

/** Three an hour, and beyond them one from each address that had none within half an hour, twice an hour. */
const LIMIT: Limit = {
  ...{ name: 'mails', per: 'everyone', max: 3, windowSeconds: 3_600, advice: 'Look into the mailbox.' },
  reserve: { name: 'share', per: 'address', windowSeconds: 1_800, most: 2 },
};

/** Whether a request is let through, and what it is told. */
async function answerTo(one: RateLimiter, limits: Limit[], address: string) {
  try {
    const { headers } = await one.check(limits, subject(address));
    return { passed: true, standing: headers.ratelimit };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { ratelimit, 'retry-after': retryAfter } = error.headers;
    return { passed: false, standing: ratelimit, retryAfter };
  }
}

function limiter() {
  const clock = new FakeClock(new Date('2026-11-23T12:00:00Z'));
  const counts = new MemoryCounts();
  const one = new RateLimiter(counts, clock);
  const passes = async (address: string) => (await answerTo(one, [LIMIT], address)).passed;
  return { clock, counts, one, passes };
}

describe('the reserve of a limit', () => {
  it('is for whoever has had nothing of it, when others have used the limit up', async () => {
    const { passes } = limiter();
    for (let turn = 0; turn < 3; turn++) expect(await passes('192.0.2.1')).toBe(true);
    expect(await passes('192.0.2.1')).toBe(false);
    expect(await passes('192.0.2.2')).toBe(true);
    expect(await passes('192.0.2.2')).toBe(false);
  });

  it('is bounded as well, however many come', async () => {
    const { passes } = limiter();
    const passed: boolean[] = [];
    for (let index = 0; index < 20; index++) passed.push(await passes(`192.0.2.${index}`));
    expect(passed.filter(Boolean)).toHaveLength(3 + 2);
  });

  it('is not used up by what is refused', async () => {
    const { passes } = limiter();
    for (let turn = 0; turn < 50; turn++) await passes('192.0.2.1');
    expect([await passes('192.0.2.2'), await passes('192.0.2.3')]).toEqual([true, true]);
  });

  it('begins again with its window', async () => {
    const { clock, passes } = limiter();
    for (let turn = 0; turn < 9; turn++) await passes(`192.0.2.${turn}`);
    await clock.advance(3_600_000);
    expect(await passes('192.0.2.8')).toBe(true);
  });

  it('is what a used-up limit says when there is more, as long as that comes before its window', async () => {
    const { clock, one, passes } = limiter();
    for (let turn = 0; turn < 3; turn++) await passes('192.0.2.1');
    await clock.advance(600_000);
    const ask = (address: string) => answerTo(one, [LIMIT], address);
    expect(await ask('192.0.2.2')).toEqual({ passed: true, standing: '"mails";r=0;t=1800' });
    const refused = { passed: false, standing: '"mails";r=0;t=1200', retryAfter: '1200' };
    expect(await ask('192.0.2.1')).toEqual(refused);
    expect(await ask('192.0.2.1')).toEqual(refused);
    await clock.advance(1_200_000);
    expect(await ask('192.0.2.1')).toMatchObject({ passed: true });
  });

  it('that is used up sends nobody away for less than it takes: asking was the one request of its share', async () => {
    const { clock, one, passes } = limiter();
    for (let turn = 0; turn < 3; turn++) await passes('192.0.2.1');
    for (const address of ['192.0.2.2', '192.0.2.3']) expect(await passes(address)).toBe(true);
    await clock.advance(3_000_000);
    expect(await answerTo(one, [LIMIT], '192.0.2.4')).toMatchObject({ passed: false, retryAfter: '600' });
    await clock.advance(600_000);
    expect(await passes('192.0.2.4')).toBe(true);
  });

  it('leaves a flood that is refused without a question to the database', async () => {
    const { counts, passes } = limiter();
    for (let turn = 0; turn < 5; turn++) await passes('192.0.2.1');
    const before = counts.asked;
    for (let turn = 0; turn < 100; turn++) await passes('192.0.2.1');
    expect(counts.asked).toBe(before);
  });
});

it('a site of IPv6 has as much as ten of its clients, however many it comes as', async () => {
  const one = new RateLimiter(new MemoryCounts(), new FakeClock());
  const limit: Limit = { name: 'sign-up', per: 'address', max: 2, windowSeconds: 3_600 };
  const passed: string[] = [];
  for (let network = 0; network < 200; network++) {
    const address = `2001:db8:7:${network.toString(16)}::1`;
    await one.check([limit], subject(address)).then(
      () => passed.push(address),
      () => undefined,
    );
  }
  expect(passed).toHaveLength(20);
  await one.check([limit], subject('2001:db8:8::1'));
});

it('what is not counted, as another limit refuses the request, is not reported as untouched', async () => {
  const limits: Limit[] = [
    { name: 'knocks', per: 'address', max: 1, windowSeconds: 60 },
    { name: 'doors', per: 'everyone', max: 5, windowSeconds: 3_600 },
  ];
  const one = new RateLimiter(new MemoryCounts(), new FakeClock());
  const ask = () => answerTo(one, limits, '192.0.2.1');
  expect((await ask()).standing).toBe('"knocks";r=0;t=60, "doors";r=4;t=3600');
  for (let turn = 0; turn < 2; turn++) expect((await ask()).standing).toBe('"knocks";r=0;t=60');
});

it('a limit that is used up says what to do instead', async () => {
  const { one, passes } = limiter();
  for (let turn = 0; turn < 4; turn++) await passes('192.0.2.1');
  await expect(one.check([LIMIT], subject('192.0.2.1'))).rejects.toMatchObject({
    detail: 'Try again in 1800 s. Look into the mailbox.',
  });
});

describe('a request that was let through and did nothing', () => {
  const unreachable = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

  async function failing(one: RateLimiter, limits: Limit[], address: string, error: Error) {
    const admitted = await one.check(limits, subject(address));
    await expect(one.takingBack(admitted, () => Promise.reject(error))).rejects.toBe(error);
  }

  it('uses nothing up of a limit nor of its reserve, where the database failed', async () => {
    const { one, passes } = limiter();
    for (let turn = 0; turn < 20; turn++) await failing(one, [LIMIT], '192.0.2.1', unreachable);
    for (let turn = 0; turn < 3; turn++) expect(await passes('192.0.2.1')).toBe(true);
    for (let turn = 0; turn < 20; turn++) await failing(one, [LIMIT], '192.0.2.2', unreachable);
    expect([await passes('192.0.2.2'), await passes('192.0.2.2')]).toEqual([true, false]);
  });

  it('has refused nobody for longer who came while it counted', async () => {
    const { one, passes } = limiter();
    const admitted = await Promise.all([1, 2, 3].map(() => one.check([LIMIT], subject('192.0.2.1'))));
    expect(await passes('192.0.2.1')).toBe(false);
    for (const each of admitted) {
      await expect(one.takingBack(each, () => Promise.reject(unreachable))).rejects.toBe(unreachable);
    }
    expect(await passes('192.0.2.1')).toBe(true);
  });

  it('has refused nobody for longer than some seconds whose requests another replica takes back', async () => {
    const { counts, clock, passes } = limiter();
    const other = new RateLimiter(counts, clock);
    const admitted = await Promise.all([1, 2, 3].map(() => other.check([LIMIT], subject('192.0.2.1'))));
    expect(await passes('192.0.2.1')).toBe(false);
    for (const each of admitted) {
      await expect(other.takingBack(each, () => Promise.reject(unreachable))).rejects.toBe(unreachable);
    }
    await clock.advance(10_001);
    expect(await passes('192.0.2.1')).toBe(true);
  });

  it('takes nothing from the window that has begun meanwhile', async () => {
    const { one, clock, passes } = limiter();
    const admitted = await one.check([LIMIT], subject('192.0.2.1'));
    await clock.advance(3_600_000);
    for (let turn = 0; turn < 3; turn++) await passes('192.0.2.1');
    await expect(one.takingBack(admitted, () => Promise.reject(unreachable))).rejects.toBe(unreachable);
    expect(await passes('192.0.2.1')).toBe(false);
  });

  it('is counted where it was turned away, had an outcome, or one that nobody can know', async () => {
    const overloaded = new ProblemError({ status: 503, type: 'overloaded', title: 'Overloaded' });
    for (const error of [overloaded, new CommitOutcomeUnknown(unreachable), new Error('a bug')]) {
      const { one, passes } = limiter();
      for (let turn = 0; turn < 3; turn++) await failing(one, [LIMIT], '192.0.2.1', error);
      expect(await passes('192.0.2.1')).toBe(false);
    }
  });
});

describe('a limit of effects', () => {
  const mails: Limit = { name: 'mails', per: 'everyone', max: 2, windowSeconds: 60, ofEffects: true };
  const reply = async () => ({ status: 204 });

  function route() {
    const [counts, begun] = [new MemoryCounts(), [] as number[]];
    const limiter = new RateLimiter(counts, new FakeClock());
    const transaction = async (work: () => Promise<Reply>) => {
      begun.push(counts.asked);
      return work();
    };
    const asked = () =>
      countEffects(transaction as Transact, { limiter, limits: [mails], subject: subject('192.0.2.1') });
    return { asked, begun, counts };
  }

  it('counts a request with its first transaction, and none that is refused before', async () => {
    const { asked, begun, counts } = route();
    asked();
    expect(counts.asked).toBe(0);
    const transaction = asked();
    await transaction(reply);
    await transaction(reply);
    expect(begun).toEqual([1, 1]);
  });

  it('begins no transaction once it is used up', async () => {
    const { asked, begun } = route();
    for (let turn = 0; turn < 2; turn++) await asked()(reply);
    await expect(asked()(reply)).rejects.toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
    expect(begun).toHaveLength(2);
  });

  it('is in no header, which are made before it is counted', async () => {
    const { headers } = await new RateLimiter(new MemoryCounts(), new FakeClock()).check([mails], subject('192.0.2.1'));
    expect(headers).toEqual({});
  });
});
