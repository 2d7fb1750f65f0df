import { keepSpans, until } from '@postern/runtime/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { RetryLater } from '../src/index.ts';
import { message, Rig } from './rig.ts';

const FROM = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.reset());
afterAll(() => rig.sqs.close());

test('every try of a message is in its trace, below its sending; what waits has not failed', async () => {
  using spans = keepSpans();
  const { consumer } = await rig.open({
    retry: { attempts: 5, baseMs: 1, ceilingMs: 1 },
    handler: async ({ attempt }) => {
      if (attempt === 1) throw new TypeError('ann@example.com is not a name');
    },
  });
  await rig.sender.send('events', message('a', { traceparent: FROM }));
  consumer.start();
  const named = (operation: string) => spans.all.filter(({ name }) => name.startsWith(operation));
  await until(() => named('process').length === 2);
  const [sent] = named('send');
  expect(sent).toMatchObject({ kind: 3, traceId: FROM.slice(3, 35), parentSpanId: FROM.slice(36, 52) });
  expect(named('receive').map(({ parentSpanId }) => parentSpanId)).toEqual([sent?.spanId, sent?.spanId]);
  const [failed, done] = named('process');
  expect(failed).toMatchObject({ kind: 4, failed: true });
  expect(failed?.attributes).toMatchObject({ 'error.type': 'TypeError', 'postern.message.outcome': 'failed' });
  expect(done).toMatchObject({ failed: false, attributes: { 'postern.message.attempt': 2 } });
  expect(JSON.stringify(spans.all)).not.toContain('ann@');
});

test('messages of a frame each stay in their own trace, whatever runs beside them', async () => {
  using spans = keepSpans();
  const { consumer } = await rig.open({
    handler: async () => {
      throw new RetryLater('not yet', { atMostMs: 1, reason: 'never' });
    },
  });
  const traces = Array.from({ length: 30 }, (_, n) => `00-${String(n + 1).padStart(32, 'a')}-b7ad6b7169203331-01`);
  await Promise.all(traces.map((traceparent, n) => rig.sender.send('events', message(`m${n}`, { traceparent }))));
  consumer.start();
  const handled = () => spans.all.filter(({ name }) => name.startsWith('process'));
  await until(() => new Set(handled().map(({ traceId }) => traceId)).size === 30);
  expect(handled().every(({ failed }) => !failed)).toBe(true);
  for (const { attributes, traceId } of handled())
    expect(traceId).toBe(traces[Number(String(attributes['messaging.message.id']).slice(1))]?.slice(3, 35));
});
