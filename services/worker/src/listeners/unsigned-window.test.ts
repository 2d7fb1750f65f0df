import { EnvelopeReader, GATEWAY, UserErased } from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { FakeClock, MemoryLogger, Metrics } from '@postern/runtime';
import { FRAME_ENCODING, packFrame, QueueConsumer } from '@postern/sqs';
import { MemorySqs } from '@postern/sqs/testing';
import { expect, it } from 'vitest';
import { refuse } from '../messages/read-message.ts';
import { unsignedWindow } from './unsigned-window.ts';

const HOUR = 3_600_000;
const body = JSON.stringify({
  specversion: '1.0',
  id: '0198c1f0-0000-7000-8000-000000000001',
  source: GATEWAY,
  type: 'user.erased',
  dataversion: 1,
  time: '2026-01-01T00:00:00.000Z',
  data: { user_id: '0198c1f0-0000-7000-8000-000000000002', email: 'a@b.example', first_name: 'Ann', locale: 'en' },
});

function opened(until: (now: Date) => Date | undefined) {
  const parts = { clock: new FakeClock(), logger: new MemoryLogger(), metrics: new Metrics({ defaults: false }) };
  const now = () => parts.clock.now();
  const unsigned = unsignedWindow(until(now()), parts);
  const reader = new EnvelopeReader([UserErased], { [GATEWAY]: testKeys('g1') }, { unsigned, now });
  return { ...parts, read: () => reader.read(body).envelope.type };
}

it('counts the messages that it lets in and reports it, until its end', async () => {
  const { clock, logger, metrics, read } = opened((now) => new Date(now.getTime() + HOUR));
  for (let n = 0; n < 3; n++) expect(read()).toBe('user.erased');
  expect(await metrics.expose()).toContain('queue_unsigned_messages_accepted_total{type="user.erased"} 3');
  expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
  await clock.advance(HOUR);
  expect(read).toThrow(expect.objectContaining({ reason: 'no-mac' }));
});

it('lets nothing in without a time, nor after it, and asks for the variable to be removed', () => {
  expect(opened(() => undefined).read).toThrow(expect.objectContaining({ reason: 'no-mac' }));
  const over = opened((now) => now);
  expect(over.read).toThrow(expect.objectContaining({ reason: 'no-mac' }));
  expect(over.logger.lines).toEqual([
    expect.objectContaining({ level: 'info', message: expect.stringContaining('Remove the variable') }),
  ]);
});

it('lets in what waits in a frame, too, and nothing of it that was signed wrongly', async () => {
  const clock = new FakeClock();
  const sqs = new MemorySqs({ names: ['events'], clock });
  const now = () => clock.now();
  const unsigned = { until: new Date(now().getTime() + HOUR), accepted: () => undefined };
  const reader = new EnvelopeReader([UserErased], { [GATEWAY]: testKeys('g1') }, { unsigned, now });
  const read: string[] = [];
  const consumer = new QueueConsumer(sqs, sqs.queues, {
    ...{ queue: 'events', clock, logger: new MemoryLogger() },
    handler: async (message) => void read.push(refuse(() => reader.read(message.body)).envelope.id),
  });
  const ids = [1, 2, 3].map((n) => `0198c1f0-0000-7000-8000-00000000000${n}`);
  const entries = ids.map((id, n) => {
    const fields = { ...JSON.parse(body), id, ...(n === 1 ? { mac: 'g1.AAAA' } : {}) };
    return { id, type: 'user.erased', body: JSON.stringify(fields), sentAt: clock.now().getTime() };
  });
  // Under the attributes' names of that time.
  sqs
    .queue('events')
    .send({ body: packFrame(entries), attributes: { encoding: { DataType: 'String', StringValue: FRAME_ENCODING } } });
  consumer.start();
  for (let seconds = 0; seconds < 20 && sqs.deadLetters('events').contents.length === 0; seconds++) {
    await clock.advance(1_000);
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(read).toEqual([ids[0], ids[2]]);
  expect(sqs.deadLetters('events').contents[0]?.attributes['dead-reason']?.StringValue).toBe('wrong-mac');
});
