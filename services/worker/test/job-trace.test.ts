import { call } from '@postern/durable';
import { defineEvent } from '@postern/events';
import { newId } from '@postern/runtime';
import { runCommands, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { RetryLater } from '@postern/sqs';
import { deadLetter } from '@postern/sqs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { migrations } from '../migrations/index.ts';
import { trace } from '../src/commands/trace.ts';
import { waits } from '../src/commands/waits.ts';
import { LetterRegister } from '../src/dead-letters/letter-register.ts';
import { job } from '../src/jobs/job.ts';
import { listen } from '../src/listeners/listen.ts';
import { Pauses } from '../src/pauses/pauses.ts';
import { type JobSide, jobSide } from './support/job-side.ts';

const HOUR = 3_600_000;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
const data = z.object({ order: z.string() });
const order = { order: '7' };

const Placed = defineEvent('order.placed', 1, data);
/** How a try of the job ends that a test is about. */
let shipping: () => Promise<void>;
const label = job('order.label', { data, handle: async () => {} });
const ship = job('order.ship', {
  data,
  handle: async (_, { jobs }) => {
    await shipping();
    await jobs.dispatch(label, order);
  },
});
const pack = job('order.pack', {
  data,
  handle: async (_, { jobs }) => void (await jobs.batch('pack', [call(label, order)], { onDone: call(label, order) })),
});
const shipOrder = listen(Placed, 'ship-order', async (_, { jobs }) => void (await jobs.dispatch(ship, order)));

let parts: TestDatabase;
let side: JobSide;
beforeEach(async () => {
  shipping = async () => {};
  parts = await testDatabase('job_trace');
  await parts.database.migrate(migrations);
  side = jobSide(parts.database, { handlers: [label, ship, pack], listeners: [shipOrder] });
});
afterEach(() => parts.close());

interface Shown {
  at: string;
  part: string;
  what: string;
  ids: Record<string, string>;
  waits?: boolean;
}

async function traced(id: string): Promise<Shown[]> {
  await side.records.flush();
  const open = <Result>(work: (given: TestDatabase) => Promise<Result>) => work(parts);
  const { out } = await runCommands([trace(open)], 'trace', id, '--json');
  return (JSON.parse(out) as { moments: Shown[] }).moments;
}

const words = (moments: readonly Shown[]) =>
  moments.filter(({ part }) => part === 'job').map(({ what, waits }) => (waits ? `(${what})` : what));

/** Has all that was sent done, until nothing more comes. */
async function work(): Promise<void> {
  for (let sent = await side.takeSent(); sent.length > 0; sent = await side.takeSent()) {
    for (const each of sent) await side.run(each);
  }
}

describe('a job in a trace', () => {
  it('is there from its dispatch on, with each try that failed and what it dispatched in turn, by any id', async () => {
    const subject = newId();
    const event = side.event(Placed, order, { subject, traceparent });
    await side.hear(event);
    expect(words(await traced(event.id))).toEqual([
      'order.ship was dispatched by ship-order',
      '(order.ship waits for a worker that consumes jobs)',
    ]);
    const [sent] = await side.takeSent();
    if (!sent) throw new Error('a job was to be sent');
    shipping = () => Promise.reject(new Error('no room for ann@example.com'));
    await expect(side.run(sent)).rejects.toThrow('no room');
    const failed = expect.stringMatching(
      /^order\.ship failed at its try 1: no room for … \(services\/worker\/test\/job-trace\.test\.ts:\d+/,
    );
    expect(words(await traced(sent.message.id)).slice(1)).toEqual([failed, '(order.ship waits for its next try)']);
    shipping = async () => {};
    await side.clock.advance(1_000);
    await side.run(sent, 2);
    await work();
    const whole = await traced(event.id);
    expect(words(whole).toSorted()).toEqual([
      'order.label is done',
      'order.label was dispatched by order.ship',
      failed,
      'order.ship is done',
      'order.ship was dispatched by ship-order',
    ]);
    expect(whole.map(({ part }) => part)).toContain('handled');
    for (const id of [sent.message.id, TRACE, subject]) expect(await traced(id), id).toEqual(whole);
  });

  it('waits for its person, by name', async () => {
    const user = newId();
    await side.jobs.dispatch(ship, order, { subject: user });
    await side.jobs.dispatch(ship, order);
    await side.records.flush();
    const open = <Result>(work: (given: TestDatabase) => Promise<Result>) => work(parts);
    const { out } = await runCommands([waits(open)], 'waits', '--user', user, '--json');
    const found = (JSON.parse(out) as { part: string }[]).filter(({ part }) => part === 'job');
    expect(found).toMatchObject([{ type: 'order.ship', count: 1, why: 'waits for a worker that consumes jobs' }]);
  });

  it('that was asked to wait says why, once for a try, and costs none', async () => {
    await side.hear(side.event(Placed, order, { traceparent }));
    const [sent] = await side.takeSent();
    shipping = () => Promise.reject(new RetryLater('the carrier answered 429'));
    for (let n = 0; n < 3; n++) await expect(side.run(sent as never)).rejects.toThrow('429');
    expect(words(await traced(TRACE)).slice(1)).toEqual([
      'order.ship was asked to wait: the carrier answered 429',
      '(order.ship waits for its next try)',
    ]);
  });

  it('that runs later says when, and one whose handler is paused says by whom', async () => {
    const { id } = await side.jobs.dispatch(ship, order, { delayMs: 48 * HOUR });
    const due = new Date(side.clock.now().getTime() + 48 * HOUR).toISOString();
    // The database's clock decides what is due; it is the real one here.
    expect(words(await traced(id))).toEqual([
      `order.ship was dispatched, to run after ${due}`,
      `(order.ship runs after ${due})`,
    ]);
    const now = await side.jobs.dispatch(ship, order);
    const pauses = new Pauses(parts.database);
    await pauses.pause({ queue: 'jobs', handler: 'order.ship' }, { by: 'kim', reason: 'the carrier is down' });
    expect(words(await traced(now.id)).at(-1)).toBe(
      '(order.ship waits while jobs/order.ship is paused, by kim: the carrier is down)',
    );
  });

  it('that was given up waits for nothing but the decision', async () => {
    const { id } = await side.jobs.dispatch(ship, order);
    await side.records.flush();
    await new LetterRegister(parts.database).died(
      deadLetter({ id, queue: 'jobs', type: 'order.ship', sentAt: new Date() }),
    );
    expect(words(await traced(id))).toEqual(['order.ship was dispatched']);
    await parts.database.sql('dead_letters').update({ state: 'sent', acted_at: new Date() });
    expect(words(await traced(id)).at(-1)).toBe('(order.ship waits for a worker that consumes jobs)');
  });

  it('begins a trace where nobody has, so that what a schedule has done is found together', async () => {
    const { id } = await side.jobs.dispatch(ship, order);
    await work();
    const [first] = await traced(id);
    expect(words(await traced(first?.ids.trace ?? ''))).toEqual(words(await traced(id)));
    expect(words(await traced(id)).toSorted()).toEqual([
      'order.label is done',
      'order.label was dispatched by order.ship',
      'order.ship is done',
      'order.ship was dispatched',
    ]);
  });
});

describe('a chain or batch in a trace', () => {
  it('shows how far it has come, and which of its jobs wait for their turn', async () => {
    const id = await side.jobs.chain('close', [call(label, order), call(label, order)], { onDone: call(label, order) });
    expect(words(await traced(id))).toEqual([
      'order.label was dispatched, 1 of 2 in the chain close',
      'order.label was dispatched, 2 of 2 in the chain close',
      'the chain close was dispatched: 2 jobs',
      '(order.label waits for a worker that consumes jobs)',
      '(order.label waits for its turn in the chain close)',
      '(the chain close goes on: 0 of 2 done)',
    ]);
    await work();
    expect(words(await traced(id)).toSorted()).toEqual([
      ...['order.label is done', 'order.label is done', 'order.label is done'],
      'order.label was dispatched by the end of the chain close',
      'order.label was dispatched, 1 of 2 in the chain close',
      'order.label was dispatched, 2 of 2 in the chain close',
      'the chain close ended, done: 2 of 2 done',
      'the chain close was dispatched: 2 jobs',
    ]);
  });

  it('is all its person’s, with what follows its end', async () => {
    const subject = newId();
    await side.jobs.dispatch(pack, order, { subject });
    await work();
    expect(words(await traced(subject))).toContain('order.label was dispatched by the end of the batch pack');
  });

  it('whose jobs were left out waits for none of them', async () => {
    const id = await side.jobs.chain('close', [call(label, order), call(label, order)]);
    await side.runner.cancel(id);
    expect(words(await traced(id)).filter((each) => each.startsWith('('))).toEqual([]);
  });
});

it('many jobs are written down together, in no transaction of theirs', async () => {
  const statements: string[] = [];
  const listener = ({ sql }: { sql: string }) => void (sql.includes('job_records') && statements.push(sql));
  parts.database.sql.on('query', listener);
  await side.jobs.batch(
    'many',
    Array.from({ length: 300 }, () => call(label, order)),
  );
  await side.records.flush();
  parts.database.sql.removeListener('query', listener);
  expect(statements).toHaveLength(1);
  expect(await parts.database.sql('job_records')).toHaveLength(300);
});
