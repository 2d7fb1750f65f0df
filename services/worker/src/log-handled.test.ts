import { FakeClock, MemoryLogger } from '@postern/runtime';
import type { ReceivedMessage } from '@postern/sqs';
import { describe, expect, test } from 'vitest';
import { logHandled } from './log-handled.ts';

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

describe('A handler whose messages are logged', () => {
  test('has a line for a message that was handled, with its ids and trace, never with the body', async () => {
    const logger = new MemoryLogger();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await logHandled(logger, new FakeClock())(async () => {})(message({ traceparent }));
    const fields = { message_id: 'a', type: 'thing', attempt: 1, trace_id: '0af7651916cd43dd8448eb211c80319c' };
    expect(logger.lines).toMatchObject([{ level: 'info', fields }]);
    expect(JSON.stringify(logger.lines)).not.toContain('secret');
  });

  test('throws on what fails, and leaves it to the consumer to report', async () => {
    const logger = new MemoryLogger();
    const error = new Error('broken');
    const failing = logHandled(logger, new FakeClock())(() => Promise.reject(error));
    await expect(failing(message())).rejects.toBe(error);
    expect(logger.lines).toEqual([]);
  });
});
