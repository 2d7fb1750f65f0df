import { Inbox } from '@postern/durable';
import { defineEvent, EnvelopeReader, EnvelopeWriter, GATEWAY } from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { FakeClock, MemoryLogger } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { RetryLater } from '@postern/sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { migrations } from '../migrations/index.ts';
import { EventDispatcher } from '../src/listeners/event-dispatcher.ts';
import { type ListenerContext, listen } from '../src/listeners/listen.ts';
import { ListenerRegistry } from '../src/listeners/listener-registry.ts';
import { PatientDispatcher } from '../src/listeners/patient-dispatcher.ts';

const MINUTE = 60_000;
const Shipped = defineEvent('order.shipped', 1, z.object({ order_id: z.string() }));
const keys = testKeys('g1');
const { body } = new EnvelopeWriter(GATEWAY, keys).write(Shipped, { order_id: '7' });

let parts: TestDatabase;
let clock: FakeClock;
let running: ListenerRegistry[];

beforeEach(async () => {
  parts = await testDatabase('listeners', migrations);
  clock = new FakeClock();
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((registry) => registry.stop()));
  await parts.close();
});

/** A replica of a release that has these listeners, as it is once it takes events. */
async function replica(...names: string[]) {
  const heard: string[] = [];
  const listeners = names.map((name) => listen(Shipped, name, async () => void heard.push(name)));
  const registry = new ListenerRegistry(parts.database, listeners, { clock, logger: new MemoryLogger() });
  const entering = registry.enter(new AbortController().signal);
  running.push(registry);
  const reader = new EnvelopeReader([Shipped], { [GATEWAY]: keys });
  const inbox = new Inbox(parts.database, { clock });
  const dispatcher = new EventDispatcher(listeners, inbox, () => ({}) as ListenerContext, reader);
  const patient = new PatientDispatcher(dispatcher, registry, 60 * MINUTE);
  return {
    heard,
    registry,
    entering,
    take: () => patient.handle({ body, attempt: 1, signal: new AbortController().signal }),
  };
}

/** One whose wait, where its listeners are new, is over. */
async function runningReplica(...names: string[]) {
  const it = await replica(...names);
  let entered = false;
  void it.entering.then(() => {
    entered = true;
  });
  await expect
    .poll(
      async () => {
        if (!entered) await clock.advance(500);
        return entered;
      },
      { timeout: 120_000 },
    )
    .toBe(true);
  return it;
}

describe('an event that an old replica receives while a new one has a new listener for it', () => {
  it('waits for the new one, and each listener hears it once', async () => {
    const before = await runningReplica('send-order-shipped');
    const after = await runningReplica('send-order-shipped', 'count-orders');
    await expect(before.take()).rejects.toThrow(RetryLater);
    await expect(before.take()).rejects.toMatchObject({ reason: 'unknown-listener', atMostMs: 60 * MINUTE });
    await after.take();
    expect([...before.heard, ...after.heard]).toEqual(['send-order-shipped', 'count-orders']);
  });

  it('is done by either when all have the same listeners', async () => {
    const [one, other] = [await runningReplica('count-orders'), await runningReplica('count-orders')];
    await one.take();
    await other.take();
    expect([...one.heard, ...other.heard]).toEqual(['count-orders']);
  });
});

it('nobody waits for a listener that no replica has had for five minutes', async () => {
  const before = await runningReplica('send-order-shipped', 'count-orders');
  const after = await runningReplica('send-order-shipped');
  await expect(after.take()).rejects.toThrow(RetryLater);
  await before.registry.stop();
  await clock.advance(5 * MINUTE + 1_000);
  await after.take();
  expect(after.heard).toEqual(['send-order-shipped']);
});

it('a replica with a new listener accepts no events before the others have heard of it', async () => {
  const before = await runningReplica('send-order-shipped');
  await before.take();
  const after = await replica('send-order-shipped', 'count-orders');
  await expect.poll(() => clock.sleeping).toBe(3);
  await clock.advance(1_000);
  await expect(before.take()).rejects.toThrow(RetryLater);
  await clock.advance(1_000);
  await after.entering;
});

it('the first replica of all waits for nobody', async () => {
  const first = await replica('send-order-shipped');
  await first.entering;
  expect(first.heard).toEqual([]);
});

it('replicas that start together all get in', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `listener-${index}`);
  const starting = await Promise.all(Array.from({ length: 8 }, () => replica(...names)));
  const entered = Promise.all(starting.map(({ entering }) => entering)).then(() => true);
  let done = false;
  void entered.then(() => {
    done = true;
  });
  await expect
    .poll(
      async () => {
        if (!done) await clock.advance(500);
        return done;
      },
      { timeout: 120_000 },
    )
    .toBe(true);
});
