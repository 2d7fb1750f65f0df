import { defineEvent } from '@postern/events';
import { newId } from '@postern/runtime';
import { runCommands, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { PermanentError, RetryLater } from '@postern/sqs';
import { deadLetter } from '@postern/sqs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { migrations } from '../migrations/index.ts';
import { trace } from '../src/commands/trace.ts';
import { LetterRegister } from '../src/dead-letters/letter-register.ts';
import { listen } from '../src/listeners/listen.ts';
import { HandlerPaused } from '../src/pauses/handler-paused.ts';
import { type JobSide, jobSide } from './support/job-side.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;

const Placed = defineEvent('order.placed', 1, z.object({ order: z.string() }));
const order = { order: '7' };
/** How a try of the listener ends that a test is about. */
let thanking: () => Promise<void>;
const sayThanks = listen(Placed, 'say-thanks', () => thanking());
const count = listen(Placed, 'count-orders', async () => {});

let parts: TestDatabase;
let side: JobSide;
beforeEach(async () => {
  thanking = () => Promise.reject(new Error('no room for ann@example.com'));
  parts = await testDatabase('listener_trace');
  await parts.database.migrate(migrations);
  side = jobSide(parts.database, { handlers: [], listeners: [sayThanks, count] });
});
afterEach(() => parts.close());

const tried = (event: Parameters<JobSide['hear']>[0], attempt = 1) =>
  side.hear({ ...event, attempt }).catch(() => undefined);

interface Shown {
  part: string;
  what: string;
  waits?: boolean;
}

async function traced(id: string): Promise<Shown[]> {
  await side.tries.flush();
  const open = <Result>(work: (given: TestDatabase) => Promise<Result>) => work(parts);
  const { out } = await runCommands([trace(open)], 'trace', id, '--json');
  return (JSON.parse(out) as { moments: Shown[] }).moments;
}

const words = (moments: readonly Shown[]) =>
  moments.filter(({ part }) => part === 'listener').map(({ what, waits }) => (waits ? `(${what})` : what));

describe('a listener that fails, in the trace of its event', () => {
  it('says at each try why, and at which line, by the id of the event, the trace and the person', async () => {
    const subject = newId();
    const event = side.event(Placed, order, { subject, traceparent });
    await tried(event);
    const whole = await traced(event.id);
    expect(words(whole)).toEqual([
      expect.stringMatching(
        /^say-thanks failed at its try 1: no room for … \(services\/worker\/test\/listener-trace\.test\.ts:\d+/,
      ),
      '(say-thanks waits for its next try)',
    ]);
    expect(whole.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['order.placed was written to the outbox', 'by count-orders']),
    );
    for (const id of [TRACE, subject]) expect(await traced(id), id).toEqual(whole);
  });

  it('waits for nothing once it has succeeded', async () => {
    const event = side.event(Placed, order, { traceparent });
    await tried(event);
    thanking = async () => {};
    await tried(event, 2);
    expect(words(await traced(event.id))).toEqual([expect.stringContaining('failed at its try 1')]);
    expect((await traced(TRACE)).map(({ what }) => what)).toContain('by say-thanks');
  });

  it('that was asked to wait says so once for a try, as one that is paused', async () => {
    const event = side.event(Placed, order, { traceparent });
    thanking = () => Promise.reject(new RetryLater('the printer answered 429'));
    for (let n = 0; n < 3; n++) await tried(event);
    expect(words(await traced(TRACE))).toEqual([
      'say-thanks was asked to wait: the printer answered 429',
      '(say-thanks waits for its next try)',
    ]);
    thanking = () => Promise.reject(new HandlerPaused('say-thanks', 1_000));
    await tried(event);
    expect(words(await traced(TRACE))[0]).toBe('say-thanks was asked to wait: say-thanks is paused');
  });

  it('waits for nothing but a decision once its event was given up', async () => {
    const event = side.event(Placed, order, { traceparent });
    thanking = () => Promise.reject(new PermanentError('no-such-order'));
    await tried(event);
    const letter = deadLetter({ id: event.id, queue: 'events', type: 'order.placed', sentAt: new Date() });
    await new LetterRegister(parts.database).died(letter);
    expect(words(await traced(event.id))).toEqual([expect.stringContaining('failed at its try 1: no-such-order')]);
  });
});
