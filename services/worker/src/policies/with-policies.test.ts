import type { Policies } from '@postern/events';
import { FakeClock, MemoryLogger } from '@postern/runtime';
import { HandlerTimeoutError, PermanentError, RetryLater, type TryFailed } from '@postern/sqs';
import { describe, expect, it } from 'vitest';
import { withPolicies } from './with-policies.ts';

const clock = () => new FakeClock(new Date('2026-11-28T12:00:00Z'));
const free = { take: async () => ({ giveBack: () => undefined }) };

function tryOf(attempt = 1, log = new MemoryLogger()) {
  return { attempt, log, signal: new AbortController().signal };
}

async function outcome(policies: Policies, attempt: number, error: Error): Promise<unknown> {
  const run = withPolicies('job test.run', policies, { rates: free, clock: clock(), random: () => 1 });
  return run(tryOf(attempt), async () => {
    throw error;
  }).catch((thrown: unknown) => thrown);
}

describe('the policies of a handler', () => {
  it('give it up after its tries, with what the last one failed by', async () => {
    const fault = new Error('no answer');
    expect(await outcome({ tries: 3 }, 2, fault)).toBe(fault);
    const last = (await outcome({ tries: 3 }, 3, fault)) as PermanentError;
    expect(last).toBeInstanceOf(PermanentError);
    expect([last.reason, last.message, last.cause]).toEqual(['attempts-used-up', 'no answer', fault]);
  });

  it('decide when the next try is: by a list whose last wait stays', async () => {
    const policies = { backoff: [10, 60] };
    const waits = await Promise.all([1, 2, 3].map((attempt) => outcome(policies, attempt, new Error('x'))));
    expect(waits.map((wait) => (wait as TryFailed).delayMs)).toEqual([10_000, 60_000, 60_000]);
  });

  it('decide when the next try is: doubled from a base up to a ceiling, with jitter', async () => {
    const policies = { backoff: { baseSeconds: 2, ceilingSeconds: 5 } };
    const waits = await Promise.all([1, 2, 9].map((attempt) => outcome(policies, attempt, new Error('x'))));
    expect(waits.map((wait) => (wait as TryFailed).delayMs)).toEqual([2_000, 4_000, 5_000]);
  });

  it('leave alone what is to wait, or never to be tried again', async () => {
    const [later, never] = [new RetryLater('not now'), new PermanentError('gone')];
    expect(await outcome({ tries: 1, backoff: [1] }, 1, later)).toBe(later);
    expect(await outcome({ tries: 5, backoff: [1] }, 1, never)).toBe(never);
  });

  it('abort it when its time is over; that it ended by itself then does not count', async () => {
    const time = clock();
    const run = withPolicies('job test.run', { timeout: 2 }, { rates: free, clock: time });
    const running = run(tryOf(), async ({ signal }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    });
    await expect.poll(() => time.sleeping).toBe(1);
    time.advance(2_000);
    await expect(running).rejects.toBeInstanceOf(HandlerTimeoutError);
  });

  it('let one that timed out report what it waited for', async () => {
    const time = clock();
    const said = new HandlerTimeoutError(2_000, 'carrier.example.com did not answer');
    const run = withPolicies('job test.run', { timeout: 2 }, { rates: free, clock: time });
    const running = run(tryOf(), ({ signal }) => {
      return new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(said)));
    });
    await expect.poll(() => time.sleeping).toBe(1);
    time.advance(2_000);
    await expect(running).rejects.toBe(said);
  });

  it('report one that ignores its signal, and go on without it', async () => {
    const [time, log] = [clock(), new MemoryLogger()];
    const run = withPolicies('job test.run', { timeout: 2 }, { rates: free, clock: time });
    const running = run(tryOf(1, log), () => new Promise<void>(() => undefined));
    const failed = expect(running).rejects.toBeInstanceOf(HandlerTimeoutError);
    await expect.poll(() => time.sleeping).toBe(1);
    time.advance(2_000);
    await expect.poll(() => time.sleeping).toBe(1);
    time.advance(1_000);
    await failed;
    expect(log.lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('ignores its signal') }]);
  });

  it('give the room of one that ignores its signal to the next when its consumer has given it up', async () => {
    const time = clock();
    const run = withPolicies('job test.run', { concurrency: 1 }, { rates: free, clock: time });
    const givenUp = new AbortController();
    const running = run({ ...tryOf(), signal: givenUp.signal }, () => new Promise<void>(() => undefined));
    const failed = expect(running).rejects.toBeInstanceOf(HandlerTimeoutError);
    await expect(run(tryOf(), () => expect.unreachable('it ran'))).rejects.toBeInstanceOf(RetryLater);
    givenUp.abort(new HandlerTimeoutError(20_000));
    await expect.poll(() => time.sleeping).toBe(1);
    time.advance(1_000);
    await failed;
    await run(tryOf(), async () => undefined);
  });

  it('do not begin it when it was given up while it waited for its place', async () => {
    const given = new AbortController();
    const slow = {
      take: async () => {
        given.abort(new Error('its time is up'));
        return { giveBack: () => undefined };
      },
    };
    const policies = { rate: { max: 5, seconds: 10 } };
    const run = withPolicies('job test.run', policies, { rates: slow, clock: clock() });
    let ran = false;
    const tried = run({ ...tryOf(), signal: given.signal }, async () => {
      ran = true;
    });
    await expect(tried).rejects.toThrow('its time is up');
    expect(ran).toBe(false);
  });

  it('have it wait for its rate without a run', async () => {
    const time = clock();
    const denied = { take: async () => ({ denial: { limit: 'x', at: new Date(time.now().getTime() + 4_000) } }) };
    const policies = { tries: 1, rate: { max: 5, seconds: 10 } };
    const run = withPolicies('job test.run', policies, { rates: denied, clock: time, random: () => 0.5 });
    const waits = run(tryOf(), () => expect.unreachable('it ran'));
    await expect(waits).rejects.toMatchObject({ name: 'NotBegun', delayMs: 9_000 });
  });

  it('have it wait, at no cost, while the database does not answer whether there is room', async () => {
    const gone = Object.assign(new Error('gone'), { code: 'ECONNREFUSED', fatal: true });
    const run = withPolicies(
      'job test.run',
      { tries: 1, rate: { max: 5, seconds: 10 } },
      {
        rates: { take: () => Promise.reject(gone) },
        clock: clock(),
      },
    );
    const waits = run(tryOf(), () => expect.unreachable('it ran'));
    await expect(waits).rejects.toMatchObject({ name: 'NotBegun', cause: gone });
  });
});
