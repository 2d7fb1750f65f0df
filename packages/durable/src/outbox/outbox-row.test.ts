import { expect, test } from 'vitest';
import { messageColumns, type OutboxRecord, toOutboxRow } from './outbox-row.ts';

const NOW = new Date('2026-01-01T00:00:00Z');

function record(fields: Partial<OutboxRecord>): OutboxRecord {
  const base = { id: 7, queue: 'q', message_id: 'm', type: 't', body: 'b', headers: null, order_key: null };
  const state = { created_at: NOW, available_at: null, due_at: NOW, holder: null, attempts: 0, last_error: null };
  return { ...base, ...state, ...fields };
}

test('a message comes out of its columns as it went in', () => {
  const group = { groupId: 'g', deduplicationId: 'd' };
  const message = { id: 'm', type: 't', body: 'b', traceparent: 'x', ...group, attempt: 3, attributes: { a: '1' } };
  expect(toOutboxRow(record(messageColumns(message)), NOW).message).toEqual(message);
  const plain = { id: 'm', type: 't', body: 'b' };
  expect(messageColumns(plain).headers).toBeNull();
  expect(toOutboxRow(record(messageColumns(plain)), NOW).message).toEqual(plain);
});

test('a delay is what is left of it when the message is sent', () => {
  const available_at = NOW.getTime() + 60_000;
  expect(toOutboxRow(record({ available_at }), new Date(NOW.getTime() + 20_000)).message.delayMs).toBe(40_000);
  expect(toOutboxRow(record({ available_at }), new Date(NOW.getTime() + 60_000)).message.delayMs).toBeUndefined();
});
