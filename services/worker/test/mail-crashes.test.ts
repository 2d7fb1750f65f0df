import { FakeClock, newId } from '@postern/runtime';
import { inTime, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { readConfig } from '../src/config.ts';
import { mailId, messageIdOf } from '../src/mail/delivery/ledger/mail-identity.ts';
import { TEST_SECRETS } from './support/mail-side.ts';
import {
  type MailFate,
  type MortalOptions,
  type MortalWorker,
  OuterWorld,
  startMortal,
} from './support/mortal-worker.ts';

/** Stories in all; `CRASH_RUNS=500` for the long run. A seed that found something is printed, and repeats it. */
const RUNS = Number(process.env.CRASH_RUNS ?? 15);
const LISTENER = 'listener';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How many bodies a provider may get of a mail whose fate is lost each time: a link's goes out twice more, a notice once. */
const KINDS = { verification: 3, welcome: 2 } as const;
type Kind = keyof typeof KINDS;
/** Past the outbox's lease and the ledger's, the waits of a mail whose fate was lost, and those of one that was put off. */
const WAITS = [0, 70_000, 3 * MINUTE, 16 * MINUTE, 3 * MINUTE, 16 * MINUTE, 3 * MINUTE, HOUR, HOUR, HOUR];

let parts: TestDatabase;

beforeAll(async () => {
  parts = await testDatabase('mail-crashes', migrations);
});
afterAll(() => parts.close());

const stepArb = fc.record({
  replica: fc.nat({ max: 1 }),
  does: fc.constantFrom('order', 'work', 'work', 'soon', 'later', 'later', 'later'),
  /** Which message comes, and whether SQS delivers it again. */
  pick: fc.nat({ max: 3 }),
  repeated: fc.boolean(),
  diesIn: fc.option(fc.nat({ max: 30 }), { nil: undefined, freq: 2 }),
  diesTalking: fc.option(fc.nat({ max: 6 }), { nil: undefined, freq: 1 }),
});
const storyArb = fc.record({
  kind: fc.constantFrom<Kind>('verification', 'welcome'),
  steps: fc.array(stepArb, { minLength: 3, maxLength: 16 }),
  fates: fc.array(fc.constantFrom<MailFate>('taken', 'taken', 'put off', 'taken, reply lost'), { maxLength: 6 }),
});
type Value<Arb> = Arb extends fc.Arbitrary<infer V> ? V : never;
type Step = Value<typeof stepArb>;

/** Plays a story out, has everything be well again, and compares what was promised with what the provider has. */
async function play({ kind, steps, fates }: Value<typeof storyArb>, options: MortalOptions = {}): Promise<void> {
  const { database } = parts;
  for (const table of ['outbox', 'deliveries', 'mails', 'mail_changes']) await database.sql(table).delete();
  const clock = new FakeClock();
  const config = readConfig({ DATABASE_URL: parts.url, SMTP_URL: 'smtp://127.0.0.1:9', ...TEST_SECRETS });
  const outer = new OuterWorld(fates);
  const start = (more: MortalOptions = {}) => startMortal({ database, clock, config }, outer, { ...options, ...more });
  const replicas = [start(), start()];
  const committed = new Set<string>();
  const keyOf = (event: string) => `${event}/${LISTENER}/${kind}`;

  async function order({ database: own, outbox }: MortalWorker): Promise<void> {
    const id = newId();
    await own.transaction(async (tx) => {
      await outbox.add(tx, 'events', { id, type: 'user.registered', body: '{}' });
      tx.afterCommit(() => void committed.add(id));
    });
    // It goes from memory, behind the commit.
    while (outbox.inFlight > 0) await new Promise(setImmediate);
  }
  const listen = ({ inbox, life }: MortalWorker, event: string) =>
    inbox.once(LISTENER, event, async () => {
      life.step();
      outer.jobs.add(event);
      life.step();
    });
  async function mail({ mailer }: MortalWorker, event: string): Promise<void> {
    const expiresAt = new Date(clock.now().getTime() + 24 * HOUR);
    const data = { first_name: 'Ann', token_id: event, expires_at: expiresAt.toISOString() };
    await mailer.send({
      key: keyOf(event),
      mail: kind,
      to: 'ann@example.com',
      locale: 'en',
      data,
      expiresAt,
    });
  }
  async function take(
    queue: Set<string>,
    { pick, repeated }: Pick<Step, 'pick' | 'repeated'>,
    handle: (id: string) => Promise<unknown>,
  ) {
    const id = [...queue][pick % Math.max(1, queue.size)];
    if (id === undefined) return;
    await handle(id);
    if (!repeated) queue.delete(id);
  }
  async function act(worker: MortalWorker, step: Step): Promise<void> {
    if (step.does === 'order') await order(worker);
    else if (step.does === 'work') {
      await worker.outbox.sweep();
      await take(outer.events, step, (event) => listen(worker, event));
      await take(outer.jobs, step, (event) => mail(worker, event));
    } else {
      await clock.advance(step.does === 'soon' ? 6_000 : 16 * MINUTE);
      await worker.due.round();
    }
  }

  for (const step of steps) {
    const worker = replicas[step.replica] as MortalWorker;
    if (step.diesIn !== undefined) worker.life.endsIn(step.diesIn);
    worker.transport.diesAt = step.diesTalking;
    try {
      await act(worker, step);
    } catch (error) {
      if (!worker.life.over) throw error;
    }
    // A death that the step did not come to is none.
    if (worker.life.over) replicas[step.replica] = start();
    else worker.life.endsIn(Number.POSITIVE_INFINITY);
  }

  const healthy = start({ healthy: true });
  for (const wait of WAITS) {
    await clock.advance(wait);
    await healthy.outbox.sweep();
    for (const event of [...outer.events]) await listen(healthy, event);
    await Promise.all([...outer.jobs].map((event) => mail(healthy, event)));
    await healthy.due.round();
  }

  expect(await healthy.outbox.pending()).toBe(0);
  expect(await database.sql('mails').whereNotNull('due_at')).toEqual([]);
  const rows: { mail_key: string; state: string }[] = await database.sql('mails').select('mail_key', 'state');
  expect(rows.map(({ mail_key }) => mail_key)).toEqual(expect.arrayContaining([...committed].map(keyOf)));
  for (const { mail_key: key, state } of rows) {
    const messageId = messageIdOf(mailId(key), 'mail.example.com');
    const count = (list: readonly string[]) => list.filter((id) => id === messageId).length;
    const [taken, ready] = [count(outer.taken), count(outer.ready)];
    expect(taken).toBeLessThanOrEqual(KINDS[kind]);
    if (taken === 0) expect({ key, state, ready }).toEqual({ key, state: 'unknown', ready: KINDS[kind] });
    else expect(['accepted', 'unknown']).toContain(state);
  }
}

test('whatever dies when, each mail that was promised goes out, and no more often than its policy says', async () => {
  const story = fc.asyncProperty(storyArb, (each) => play(each));
  await fc.assert(inTime(story), { numRuns: RUNS, endOnFailure: true });
});

test('two deaths before a body lose no mail, as they would were it noted when the conversation begins', async () => {
  const calm: Step = { replica: 0, does: 'later', pick: 0, repeated: false, diesIn: undefined, diesTalking: undefined };
  const steps: Step[] = [
    { ...calm, does: 'order' },
    { ...calm, does: 'work', diesTalking: 1 },
    calm,
    { ...calm, diesTalking: 1 },
  ];
  const story = { kind: 'welcome' as const, steps, fates: [] };
  await play(story);
  await expect(play(story, { notesEarly: true })).rejects.toThrow();
});
