import { createLogger, FakeClock } from '@postern/runtime';
import { afterEach, describe, expect, test } from 'vitest';
import type { ReceiveOptions } from '../client/sqs-api.ts';
import { MemorySqs } from '../testing/memory-sqs.ts';
import { ConsumerMetrics } from './consumer-metrics.ts';
import { PollLoop } from './poll-loop.ts';

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/** A queue in which there is nothing: receives stay open. */
class EmptySqs extends MemorySqs {
  readonly asked: number[] = [];

  override receive(_url: string, { max, signal }: ReceiveOptions): Promise<never> {
    this.asked.push(max);
    const { promise, reject } = Promise.withResolvers<never>();
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    return promise;
  }
}

class CountingClock extends FakeClock {
  sleeps = 0;

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps += 1;
    return super.sleep(ms, signal);
  }
}

/** A loop for 100 handlers, all of which run: there is no room yet. */
function busyLoop() {
  const clock = new CountingClock();
  const room = { free: 0, capacity: 100 };
  const api = new EmptySqs({ names: ['work'], clock });
  const loop = new PollLoop({
    ...{ api, url: api.queues.get('work').url, clock, visibilityMs: 30_000, maxPollers: 1, waitSeconds: 20 },
    logger: createLogger({ service: 'test', version: 'test', level: 'error' }),
    metrics: new ConsumerMetrics('test', undefined),
    room: () => ({ ...room }),
    take: (messages) => messages.length,
  });
  loop.start();
  ended.push(() => {
    void loop.stop();
    loop.end();
  });
  /** So many handlers end, one after the other. */
  const end = async (handlers: number) => {
    for (let n = 0; n < handlers; n++) {
      room.free += 1;
      loop.wake();
      await settled();
    }
  };
  return { loop, clock, asked: api.asked, end };
}

/** Everything that promises set going has been done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('A poller whose handlers all run', () => {
  test('asks for ten messages as soon as ten have ended, and for none before', async () => {
    const { asked, end } = busyLoop();
    await end(9);
    expect(asked).toEqual([]);
    await end(1);
    expect(asked).toEqual([10]);
  });

  test('asks for fewer when no more have ended for a quarter of a second', async () => {
    const { asked, end, clock } = busyLoop();
    await end(3);
    await clock.advance(249);
    expect(asked).toEqual([]);
    await clock.advance(1);
    await settled();
    expect(asked).toEqual([3]);
  });

  test('sets one timer, however many of them end, and none once it is paused', async () => {
    const { loop, end, clock } = busyLoop();
    await end(9);
    expect(clock.sleeps).toBe(1);
    loop.pause();
    await clock.advance(250);
    await settled();
    expect([clock.sleeps, clock.sleeping]).toEqual([1, 0]);
  });
});
