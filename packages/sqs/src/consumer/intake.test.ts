import { expect, test } from 'vitest';
import { WIRE } from '../client/wire-attributes.ts';
import { historyText } from '../retry/history.ts';
import { takeIn } from './intake.ts';

const now = Date.parse('2026-01-01T10:00:00Z');
const rules = { attemptsFor: () => 10, isUsedUp: () => false, isSuspect: () => false };

function historyOf(dueAt: number) {
  const history = historyText({ sentAt: now, dueAt, firstAt: now, waits: 3, alone: false });
  const raw = {
    MessageId: 'm',
    ReceiptHandle: 'r',
    Body: '{}',
    Attributes: { SentTimestamp: String(now - 5_000), ApproximateFirstReceiveTimestamp: String(now) },
    MessageAttributes: { [WIRE.history]: { DataType: 'String', StringValue: history } },
  };
  const intake = takeIn(raw, { queue: 'events', now, deadline: 0, termMs: 0, fifo: false, rules });
  return intake.kind === 'ready' ? intake.lease.deliveries[0]?.history : undefined;
}

test('a copy remembers what it stands for', () => {
  expect(historyOf(now - 60_000)).toMatchObject({ dueAt: now - 60_000, waits: 3 });
});

test('what is said to have been due in a time to come is not believed: it could be made to wait for ever', () => {
  expect(historyOf(now + 86_400_000)).toMatchObject({ dueAt: now - 5_000, waits: 0 });
});

test('what a server that is none of AWS says in words of a count or a time is not reckoned with', () => {
  const Attributes = { ApproximateReceiveCount: 'once', SentTimestamp: 'now', ApproximateFirstReceiveTimestamp: 'now' };
  const raw = { MessageId: 'm', ReceiptHandle: 'r', Body: '{}', Attributes };
  const { lease } = takeIn(raw, { queue: 'events', now, deadline: 0, termMs: 0, fifo: false, rules });
  expect([lease.receiveCount, lease.sentAt, lease.firstReceivedAt]).toEqual([1, now, now]);
  expect(lease.deliveries[0]?.attempt).toBe(1);
});
