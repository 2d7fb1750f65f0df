import { FakeClock, MemoryLogger } from '@postern/runtime';
import { expect, test } from 'vitest';
import { RetryLater } from '../retry/outcomes.ts';
import { toSettings } from './consumer-options.ts';
import { Delivery } from './delivery.ts';
import { HandlerWarnings } from './handler-warnings.ts';
import type { Lease } from './lease.ts';

function open() {
  const clock = new FakeClock();
  const logger = new MemoryLogger();
  const handler = async () => {};
  const settings = toSettings({ queue: 'events', handler, handlerName: 'worker/events', logger, clock });
  const rules = { attemptsFor: () => 50, isUsedUp: () => false, isSuspect: () => false };
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const delivery = (id: string, attempt: number, ...failures: string[]) => {
    const history = { dueAt: 0, firstAt: 0, sentAt: 0, waits: 0, alone: false };
    const fields = { id, type: 'order.shipped', body: '', attempt, history, traceparent, groupId: undefined };
    const made = new Delivery('events', { ...fields, attributes: {} }, {} as Lease, rules);
    for (const part of failures) made.noteFailure(part, new TypeError(`${part} is broken`));
    return made;
  };
  return { clock, logger, warnings: new HandlerWarnings(settings), delivery };
}

test('a handler that fails is reported at once: error, message, listener, attempt and next try', () => {
  const { logger, warnings, delivery, clock } = open();
  warnings.failed(delivery('a', 3, 'send-order-shipped'), new TypeError('send-order-shipped is broken'), 4_000);
  expect(logger.lines).toMatchObject([
    {
      level: 'warn',
      fields: {
        ...{ queue: 'events', type: 'order.shipped', message_id: 'a', trace_id: '0af7651916cd43dd8448eb211c80319c' },
        ...{ handler: 'worker/events', listener: 'send-order-shipped', attempt: 3, attempts: 50, next_try_ms: 4_000 },
        next_try: new Date(clock.now().getTime() + 4_000).toISOString(),
      },
    },
  ]);
  expect(logger.lines[0]?.fields.error).toBeInstanceOf(TypeError);
});

test('each listener that fails has a line of its own, then one a minute with the count', async () => {
  const { clock, logger, warnings, delivery } = open();
  for (let second = 0; second < 61; second++) {
    warnings.failed(delivery(`m${second}`, 1, 'one', 'two'), new Error('one is broken'), 1_000);
    await clock.advance(1_000);
  }
  expect(logger.lines.map(({ fields: { listener, times } }) => [listener, times])).toEqual([
    ['one', undefined],
    ['two', undefined],
    ['one', 60],
    ['two', 60],
  ]);
});

test('that the message which failed was handled says so, for what had failed of it', () => {
  const { logger, warnings, delivery } = open();
  warnings.failed(delivery('a', 1, 'one'), new Error('one is broken'), 1_000);
  warnings.failed(delivery('b', 1, 'two'), new Error('two is broken'), 1_000);
  warnings.succeeded(delivery('c', 1));
  warnings.succeeded(delivery('a', 2));
  expect(logger.lines.slice(2)).toMatchObject([
    { level: 'info', message: 'A handler works again', fields: { handler: 'one', failed_times: 1 } },
  ]);
});

test('messages that fail no more at another replica are over after a minute of successes', async () => {
  const { clock, logger, warnings, delivery } = open();
  warnings.failed(delivery('a', 1), new Error('broken'), 1_000);
  await clock.advance(60_000);
  warnings.succeeded(delivery('b', 1));
  warnings.succeeded(delivery('c', 1));
  expect(logger.lines.map(({ message }) => message)).toEqual([
    'A handler fails; its message is tried again',
    'A handler works again',
  ]);
});

test('being asked to wait is not a failure', () => {
  const { logger, warnings, delivery } = open();
  warnings.failed(delivery('a', 1), new RetryLater('not yet'), 1_000);
  expect(logger.lines).toEqual([]);
});
