import { FakeClock } from '@postern/runtime';
import { describe, expect, test } from 'vitest';
import type { ReceivedMessage } from '../consumer/received-message.ts';
import { PermanentError } from '../retry/outcomes.ts';
import { MessageRefusedError } from '../sender/errors.ts';
import { SyncSender } from './sync-sender.ts';

describe('The sync driver', () => {
  test('runs the handler inside send, with what was sent', async () => {
    const seen: ReceivedMessage[] = [];
    const handler = async (message: ReceivedMessage) => {
      seen.push(message);
    };
    await new SyncSender({ handlers: { events: handler } }).send('events', {
      id: 'a',
      type: 't',
      body: 'b',
      groupId: 'g',
    });
    expect(seen).toMatchObject([{ queue: 'events', id: 'a', type: 't', body: 'b', attempt: 1, groupId: 'g' }]);
  });

  test('throws what the handler threw, after the tries it was given', async () => {
    const attempts: number[] = [];
    const handler = async ({ attempt }: ReceivedMessage) => {
      attempts.push(attempt);
      throw new Error(`try ${attempt}`);
    };
    const sender = new SyncSender({ handlers: { events: handler }, retry: { attempts: 3, baseMs: 0, ceilingMs: 0 } });
    await expect(sender.send('events', { id: 'a', type: 't', body: 'b' })).rejects.toThrow('try 3');
    expect(attempts).toEqual([1, 2, 3]);
  });

  test('does not repeat what is permanent, keeps delays, and refuses what SQS would', async () => {
    const clock = new FakeClock();
    let runs = 0;
    const handler = async () => {
      runs += 1;
      throw new PermanentError('no');
    };
    const sender = new SyncSender({ handlers: { events: handler }, retry: { attempts: 3 }, clock });
    const sent = sender
      .send('events', { id: 'a', type: 't', body: 'b', delayMs: 5_000 })
      .catch((error: unknown) => error);
    expect(runs).toBe(0);
    await clock.advance(5_000);
    expect(await sent).toBeInstanceOf(PermanentError);
    expect(runs).toBe(1);
    await expect(sender.send('events', { id: 'a', type: 't', body: '' })).rejects.toBeInstanceOf(MessageRefusedError);
    await expect(sender.send('nope', { id: 'a', type: 't', body: 'b' })).rejects.toThrow(
      'No handler for the queue "nope"',
    );
  });
});
