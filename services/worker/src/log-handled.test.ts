import { FakeClock, MemoryLogger, Metrics } from '@postern/runtime';
import { describe, expect, test } from 'vitest';
import type { MessageHandler, ReceivedMessage } from '../consumer/received-message.ts';
import { HandlerTimeoutError, PermanentError, RetryLater } from '../retry/outcomes.ts';
import { bulkhead } from './bulkhead.ts';
import { circuitBreaker } from './circuit-breaker.ts';
import { log } from './log.ts';
import { metrics } from './metrics.ts';
import { type Middleware, withMiddleware } from './middleware.ts';
import { rateLimit } from './rate-limit.ts';
import { timeout } from './timeout.ts';
import { currentTrace, currentTraceparent, trace } from './trace.ts';

const message = (fields: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  queue: 'events',
  id: 'a',
  type: 'thing',
  body: 'secret body',
  attempt: 1,
  sentAt: new Date(0),
  attributes: {},
  signal: new AbortController().signal,
  ...fields,
});
const ok: MessageHandler = async () => {};
const failing =
  (error: Error): MessageHandler =>
  async () => {
    throw error;
  };
const settle = (work: Promise<void>) =>
  work.then(
    () => 'done',
    (error: unknown) => error,
  );

describe('Middleware', () => {
  test('wraps in the order given, the first outermost', async () => {
    const order: string[] = [];
    const named =
      (name: string): Middleware =>
      (next) =>
      async (one) => {
        order.push(`${name} in`);
        await next(one);
        order.push(`${name} out`);
      };
    await withMiddleware(ok, named('a'), named('b'))(message());
    expect(order).toEqual(['a in', 'b in', 'b out', 'a out']);
  });
});

describe('log', () => {
  test('has a line for a message that was handled, with its ids and trace, never with the body', async () => {
    const logger = new MemoryLogger();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await withMiddleware(ok, log(logger, new FakeClock()))(message({ traceparent }));
    const fields = { message_id: 'a', type: 'thing', attempt: 1, trace_id: '0af7651916cd43dd8448eb211c80319c' };
    expect(logger.lines).toMatchObject([{ level: 'info', fields }]);
    expect(JSON.stringify(logger.lines)).not.toContain('secret');
  });

  test('throws on what fails, and leaves it to the consumer to tell', async () => {
    const logger = new MemoryLogger();
    const error = new Error('broken');
    expect(await settle(withMiddleware(failing(error), log(logger, new FakeClock()))(message()))).toBe(error);
    expect(logger.lines).toEqual([]);
  });
});

describe('metrics', () => {
  test('counts runs of a handler by their end', async () => {
    const registry = new Metrics({ defaults: false });
    for (const handler of [ok, failing(new Error('x')), failing(new PermanentError('y')), failing(new RetryLater())]) {
      await settle(withMiddleware(handler, metrics(registry, 'send-mail'))(message()));
    }
    const text = await registry.expose();
    for (const outcome of ['done', 'failed', 'permanent', 'later']) {
      expect(text).toContain(`queue_handler_runs_total{handler="send-mail",outcome="${outcome}"} 1`);
    }
    expect(text).toContain('queue_handler_duration_seconds_count{handler="send-mail"} 4');
  });
});

describe('trace', () => {
  test('goes on with the trace of the message, as a span of its own', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const seen: (string | undefined)[] = [];
    await withMiddleware(async () => {
      seen.push(currentTraceparent());
    }, trace())(message({ traceparent }));
    expect(seen[0]).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(seen[0]).not.toBe(traceparent);
    expect(currentTrace()).toBeUndefined();
  });

  test.each([undefined, 'nonsense', '00-00000000000000000000000000000000-b7ad6b7169203331-01'])(
    'begins a trace where the message has none: %s',
    async (traceparent) => {
      const seen: (string | undefined)[] = [];
      await withMiddleware(async () => {
        seen.push(currentTrace()?.traceId);
      }, trace())(message({ traceparent }));
      expect(seen[0]).toMatch(/^[0-9a-f]{32}$/);
    },
  );
});

describe('timeout', () => {
  test('aborts a handler and fails its run, whatever the handler makes of it', async () => {
    const clock = new FakeClock();
    const signals: AbortSignal[] = [];
    const handler: MessageHandler = ({ signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    };
    const ended = settle(withMiddleware(handler, timeout(1_000, clock))(message()));
    await clock.advance(1_000);
    expect(await ended).toBeInstanceOf(HandlerTimeoutError);
    expect(signals[0]?.reason).toBeInstanceOf(HandlerTimeoutError);
  });

  test('leaves a quick handler alone, with everything the message holds', async () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    const handler: MessageHandler = async ({ id, body, attempt }) => {
      seen.push(`${id} ${body} ${attempt}`);
    };
    await withMiddleware(handler, timeout(1_000, clock))(message());
    expect(seen).toEqual(['a secret body 1']);
    expect(clock.sleeping).toBe(0);
  });

  test('passes on the abort of the message itself', async () => {
    const lost = new AbortController();
    const handler: MessageHandler = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const ended = settle(withMiddleware(handler, timeout(1_000, new FakeClock()))(message({ signal: lost.signal })));
    lost.abort(new Error('lease lost'));
    expect(await ended).toMatchObject({ message: 'lease lost' });
  });
});

describe('rateLimit', () => {
  test('lets a burst through, makes the next wait, and sends the rest back with the time of their turn', async () => {
    const clock = new FakeClock();
    const runs: number[] = [];
    const handler: MessageHandler = async () => {
      runs.push(clock.now().getTime());
    };
    const limited = withMiddleware(handler, rateLimit({ perSecond: 10, burst: 2, maxWaitMs: 150, clock }));
    const ends = Array.from({ length: 4 }, () => settle(limited(message())));
    await clock.advance(200);
    expect(await ends[3]).toBeInstanceOf(RetryLater);
    expect(((await ends[3]) as RetryLater).delayMs).toBe(200);
    expect(runs.map((at) => at - (runs[0] ?? 0))).toEqual([0, 0, 100]);
  });
});

describe('bulkhead', () => {
  test('runs so many at a time, lets others wait their turn, and sends back who waits too long', async () => {
    const clock = new FakeClock();
    let running = 0;
    let most = 0;
    const handler: MessageHandler = async () => {
      running += 1;
      most = Math.max(most, running);
      await clock.sleep(100);
      running -= 1;
    };
    const guarded = withMiddleware(handler, bulkhead({ concurrency: 2, maxWaitMs: 150, clock }));
    const ends = Array.from({ length: 6 }, () => settle(guarded(message())));
    // The first two are asleep in their handlers before time moves.
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(1_000);
    expect(await Promise.all(ends)).toEqual([
      'done',
      'done',
      'done',
      'done',
      expect.any(RetryLater),
      expect.any(RetryLater),
    ]);
    expect(most).toBe(2);
    const later = settle(guarded(message()));
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(100);
    expect(await later).toBe('done');
  });
});

describe('circuitBreaker', () => {
  const outage = failing(new Error('down'));

  test('opens after failures in a row, spares the dependency, and closes when one try succeeds', async () => {
    const clock = new FakeClock();
    const states: string[] = [];
    let handler = outage;
    let runs = 0;
    const guarded = withMiddleware(
      (one) => {
        runs += 1;
        return handler(one);
      },
      circuitBreaker({ failures: 3, openMs: 10_000, onChange: (state) => states.push(state), clock }),
    );
    for (let n = 0; n < 3; n++) await settle(guarded(message()));
    expect(await settle(guarded(message()))).toMatchObject({ name: 'RetryLater', delayMs: 10_000 });
    expect(runs).toBe(3);
    await clock.advance(10_000);
    await settle(guarded(message()));
    expect(runs).toBe(4);
    await clock.advance(10_000);
    handler = ok;
    expect(await settle(guarded(message()))).toBe('done');
    expect(await settle(guarded(message()))).toBe('done');
    expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });

  test('lets one message try while half open, and no other', async () => {
    const clock = new FakeClock();
    const go = Promise.withResolvers<void>();
    let handler = outage;
    const guarded = withMiddleware((one) => handler(one), circuitBreaker({ failures: 1, openMs: 1_000, clock }));
    await settle(guarded(message()));
    await clock.advance(1_000);
    handler = () => go.promise;
    const probe = settle(guarded(message()));
    expect(await settle(guarded(message()))).toBeInstanceOf(RetryLater);
    go.resolve();
    expect(await probe).toBe('done');
  });

  test('opens around a bulkhead that turns messages away, and a turned-away try neither closes nor opens it', async () => {
    const clock = new FakeClock();
    const states: string[] = [];
    const go = Promise.withResolvers<void>();
    const guarded = withMiddleware(
      () => go.promise,
      circuitBreaker({ failures: 2, openMs: 1_000, onChange: (state) => states.push(state), clock }),
      bulkhead({ concurrency: 2, maxWaitMs: 1_000, clock }),
    );
    const calls = Array.from({ length: 6 }, () => settle(guarded(message())));
    await clock.advance(1_000);
    go.reject(new Error('down'));
    const turnedAway = (await Promise.all(calls)).filter((error) => error instanceof RetryLater);
    expect(turnedAway).toHaveLength(4);
    expect(states).toEqual(['open']);
    expect(await settle(guarded(message()))).toBeInstanceOf(RetryLater);

    let handler = failing(new Error('down'));
    const probed = withMiddleware(
      (one) => handler(one),
      circuitBreaker({ failures: 1, openMs: 1_000, onChange: (state) => states.push(state), clock }),
    );
    await settle(probed(message()));
    await clock.advance(1_000);
    states.length = 0;
    handler = failing(new RetryLater('no room'));
    await settle(probed(message()));
    await settle(probed(message()));
    expect(states).toEqual(['half-open']);
    handler = ok;
    await settle(probed(message()));
    expect(states).toEqual(['half-open', 'closed']);
  });

  test("does not count what is the message's own fault", async () => {
    const guarded = withMiddleware(failing(new PermanentError('bad-data')), circuitBreaker({ failures: 1 }));
    for (let n = 0; n < 3; n++) expect(await settle(guarded(message()))).toBeInstanceOf(PermanentError);
  });
});
