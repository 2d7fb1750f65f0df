import { Metrics } from '@postern/runtime';
import { describe, expect, test } from 'vitest';
import { PermanentError, RetryLater } from '../src/index.ts';
import { World } from './world.ts';

describe('Metrics', () => {
  test('count messages by what became of them, and report how long the backlog would take', async () => {
    const metrics = new Metrics({ defaults: false });
    const world = new World({
      metrics,
      handler: async ({ id, attempt }) => {
        if (id === 'b' && attempt === 1) throw new Error('once');
        if (id === 'c') throw new PermanentError('never');
      },
    });
    await world.start('a', 'b', 'c');
    await world.pass(60_000);
    const text = await metrics.expose();
    for (const [outcome, count] of Object.entries({ done: 2, retry: 1, dead: 1 })) {
      const labels = `queue="events",type="thing",outcome="${outcome}"`;
      expect(text).toContain(`queue_messages_processed_total{${labels}} ${count}`);
    }
    expect(text).toContain('queue_message_duration_seconds_count{queue="events",type="thing"} 4');
    expect(text).toContain('queue_message_age_seconds_count{queue="events"} 4');
    for (const state of ['waiting', 'in_flight', 'delayed']) {
      expect(text).toContain(`queue_depth{queue="events",state="${state}"} 0`);
    }
    expect(text).toContain('queue_time_to_drain_seconds{queue="events"} 0');
    expect(text).toContain('queue_handlers_running{queue="events",what="limit"} 100');
    await world.end();
  });

  test('count a part that fails while another one waits, which has the message wait', async () => {
    const metrics = new Metrics({ defaults: false });
    const world = new World({
      metrics,
      handler: async (message) => {
        message.noteFailure?.('waits', new RetryLater());
        if (message.id === 'a') message.noteFailure?.('fails', new Error('out of order'));
        throw new RetryLater('another part waits', { delayMs: 3_600_000 });
      },
    });
    await world.start('a', 'b');
    expect(await metrics.expose()).toContain('queue_retries_total{queue="events",type="thing"} 1');
    await world.end();
  });

  test('give no figure to scale by while the queue is paused, however much waits', async () => {
    const metrics = new Metrics({ defaults: false });
    const world = new World({ metrics });
    await world.start();
    expect(await metrics.expose()).toContain('queue_time_to_drain_seconds{queue="events"} 0');
    world.consumer.pause();
    for (let n = 0; n < 50; n++) void world.sender.send('events', { id: `${n}`, type: 'thing', body: 'b' });
    for (const ms of [0, 60_000]) {
      await world.pass(ms);
      expect(await metrics.expose()).not.toContain('queue_time_to_drain_seconds{');
    }
    expect(await metrics.expose()).toMatch(/queue_depth\{queue="events",state="waiting"\} [1-9]/);
    world.consumer.resume();
    await world.pass(60_000);
    expect(await metrics.expose()).toContain('queue_time_to_drain_seconds{queue="events"} 0');
    await world.end();
  });

  test('say nothing of what waits while SQS does not, and count that it could not be asked', async () => {
    const metrics = new Metrics({ defaults: false });
    const world = new World({ metrics });
    await world.start();
    const { depth } = world.sqs;
    world.sqs.depth = () => Promise.reject(new Error('refused'));
    await world.pass(30_000);
    const text = await metrics.expose();
    expect(text).not.toMatch(/^queue_(depth|time_to_drain_seconds)\{/m);
    expect(text).toMatch(/^queue_\w+\{queue="events",call="depth"\} 1$/m);
    world.sqs.depth = depth.bind(world.sqs);
    await world.pass(30_000);
    expect(await metrics.expose()).toContain('queue_depth{queue="events",state="waiting"} 0');
    await world.end();
  });

  test('count types that are not known as one, so that no forged type takes the label of a genuine one', async () => {
    const metrics = new Metrics({ defaults: false });
    const world = new World({ metrics, types: ['genuine'] });
    for (let n = 0; n < 300; n++) void world.sender.send('events', { id: `${n}`, type: `forged-${n}`, body: 'b' });
    await world.start();
    await world.pass(1_000);
    void world.sender.send('events', { id: 'one', type: 'genuine', body: 'b' });
    await world.pass(1_000);
    const text = await metrics.expose();
    expect(text).not.toContain('forged');
    const done = (type: string) => `queue_messages_processed_total{queue="events",type="${type}",outcome="done"}`;
    expect(text).toContain(`${done('unknown')} 300`);
    expect(text).toContain(`${done('genuine')} 1`);
    await world.end();
  });

  test('keep to a bounded number of types, whatever senders write', async () => {
    const metrics = new Metrics({ defaults: false });
    const world = new World({ metrics });
    for (let n = 0; n < 300; n++) void world.sender.send('events', { id: `${n}`, type: `type-${n}`, body: 'b' });
    await world.start();
    await world.pass(1_000);
    const types = (await metrics.expose()).match(/queue_message_duration_seconds_count/g) ?? [];
    expect(types.length).toBe(201);
    expect(world.seen).toHaveLength(300);
    await world.end();
  });
});
