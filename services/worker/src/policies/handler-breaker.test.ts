import type { Policies } from '@postern/events';
import { FakeClock, MemoryLogger, Metrics } from '@postern/runtime';
import { HandlerTimeoutError, PermanentError, RetryLater } from '@postern/sqs';
import { describe, expect, it } from 'vitest';
import { HandlerBreakers } from './handler-breakers.ts';
import { withPolicies } from './with-policies.ts';

const free = { take: async () => ({ giveBack: () => undefined }) };
const fault = new Error('the carrier does not answer');

/** A handler of that policies whose outcomes are given one by one, and how often it ran. */
function handler(policies: Policies) {
  const clock = new FakeClock();
  const log = new MemoryLogger();
  const metrics = new Metrics({ defaults: false });
  const breakers = new HandlerBreakers(metrics);
  const run = withPolicies('job shipment.book', policies, { rates: free, clock, breakers, random: () => 0.5 });
  const handled = {
    ...{ clock, log, breakers, runs: 0 },
    /** What one try ends with; undefined when it succeeds. */
    try: (work: () => Promise<void>, signal = new AbortController().signal): Promise<unknown> =>
      run({ attempt: 1, log, signal }, async () => {
        handled.runs += 1;
        await work();
      }).catch((error: unknown) => error),
    fails: () => handled.try(() => Promise.reject(fault)),
    works: () => handled.try(async () => undefined),
    gauge: async () => (await metrics.expose()).match(/^queue_handler_breaker_open\{.*\} \d$/m)?.[0],
  };
  return handled;
}

const breaker = { failures: 2, seconds: 30 };

describe('the breaker of a handler', () => {
  it('opens after so many failures in a row; what comes then waits, runs nothing and uses up no try', async () => {
    const job = handler({ breaker, tries: 1 });
    await job.fails();
    await job.works();
    await job.fails();
    expect(await job.gauge()).toBe('queue_handler_breaker_open{handler="job shipment.book"} 0');
    await job.fails();
    const waits = (await job.works()) as RetryLater;
    expect(waits).toMatchObject({ name: 'NotBegun' });
    // The wait itself, of which half is certain, and up to as much again so that not all come back at once.
    expect(waits.delayMs).toBeGreaterThanOrEqual(30_000);
    expect(waits.delayMs).toBeLessThanOrEqual(45_000);
    expect(job.runs).toBe(4);
    expect(await job.gauge()).toBe('queue_handler_breaker_open{handler="job shipment.book"} 1');
    expect(job.log.lines).toMatchObject([{ level: 'warn', fields: { reason: fault.message } }]);
    expect(job.breakers.all).toMatchObject([{ name: 'job shipment.book', lastWords: { text: fault.message } }]);
  });

  it('lets one try be the probe when it was open long enough, and closes when that works', async () => {
    const job = handler({ breaker });
    await job.fails();
    await job.fails();
    await job.clock.advance(30_000);
    const probe = Promise.withResolvers<void>();
    const probing = job.try(() => probe.promise);
    expect(await job.works()).toBeInstanceOf(RetryLater);
    probe.resolve();
    expect(await probing).toBeUndefined();
    expect(await job.works()).toBeUndefined();
    expect(job.runs).toBe(4);
    expect(job.log.lines.map(({ message }) => message)).toEqual([
      'A handler fails again and again; its breaker is open',
      'A handler works again; its breaker is closed',
    ]);
  });

  it('waits longer after a probe that fails, up to ten times', async () => {
    const job = handler({ breaker });
    await job.fails();
    for (let probe = 0; probe < 12; probe++) {
      await job.fails();
      await job.clock.advance(300_000);
    }
    expect(job.runs).toBe(13);
  });

  it('is not opened by what is told to wait, refused for good, or cut off by the end of the worker', async () => {
    const job = handler({ breaker: { failures: 1, seconds: 30 } });
    await job.try(() => Promise.reject(new RetryLater('the carrier asks for time')));
    await job.try(() => Promise.reject(new PermanentError('carrier-refused')));
    const stop = new AbortController();
    await job.try(async () => {
      stop.abort(new Error('the worker ends'));
      throw fault;
    }, stop.signal);
    expect(await job.works()).toBeUndefined();
  });

  it('is not kept by a probe that the consumer has given up, as it ignored its signal', async () => {
    const job = handler({ breaker: { failures: 1, seconds: 30 } });
    await job.fails();
    await job.clock.advance(30_000);
    const time = new AbortController();
    void job.try(() => new Promise<void>(() => undefined), time.signal);
    time.abort(new HandlerTimeoutError(20_000));
    await job.clock.advance(300_000);
    expect(await job.works()).toBeUndefined();
  });

  it('counts what ran out of its own time', async () => {
    const job = handler({ breaker: { failures: 1, seconds: 30 }, timeout: 2 });
    const slow = job.try(() => new Promise<void>(() => undefined));
    await expect.poll(() => job.clock.sleeping).toBe(1);
    await job.clock.advance(2_000);
    await expect.poll(() => job.clock.sleeping).toBe(1);
    await job.clock.advance(1_000);
    expect(await slow).toBeInstanceOf(HandlerTimeoutError);
    expect(await job.works()).toBeInstanceOf(RetryLater);
  });
});

describe('the concurrency of a handler', () => {
  it('lets so many run at once; another one waits without a run, and runs when there is room', async () => {
    const job = handler({ concurrency: 1, tries: 1 });
    const work = Promise.withResolvers<void>();
    const running = job.try(() => work.promise);
    expect(await job.works()).toMatchObject({ name: 'NotBegun', delayMs: 3_000 });
    expect(job.runs).toBe(1);
    work.resolve();
    await running;
    expect(await job.works()).toBeUndefined();
  });

  it('gives its room back when it fails', async () => {
    const job = handler({ concurrency: 1 });
    expect(await job.fails()).toBe(fault);
    expect(await job.works()).toBeUndefined();
  });

  it('leaves the probe to another try when there was no room for it', async () => {
    const job = handler({ concurrency: 1, breaker: { failures: 1, seconds: 30 } });
    await job.fails();
    await job.clock.advance(30_000);
    const work = Promise.withResolvers<void>();
    const probing = job.try(() => work.promise);
    expect(await job.works()).toBeInstanceOf(RetryLater);
    work.resolve();
    expect(await probing).toBeUndefined();
    expect(await job.works()).toBeUndefined();
  });
});
