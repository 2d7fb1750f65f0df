import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailId, messageIdOf } from '../src/mail/delivery/ledger/mail-identity.ts';
import { type Point, ScriptedSmtp } from './support/scripted-smtp.ts';
import { openWorkerParts, type WorkerParts, WorkerProcess } from './support/worker-process.ts';

/** Kills at each step, and mails that are at that step when it comes. `KILL_ROUNDS=20` for the long run. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 1);
const MAILS = 8;
/** Of the workers that are killed: no other takes up what they leave before the test says so. */
const LONG_LEASE = { MAIL_LEASE_MS: '3600000' };
const BEFORE_BODY: readonly Point[] = ['greeting', 'ehlo', 'mail', 'rcpt', 'data'];
const STEPS: readonly Point[] = [...BEFORE_BODY, 'in-body', 'dot'];
const DOMAIN = 'mail.example.com';
/** A message that its consumer died with, or that a dead consumer's open receive took, is visible again after 25 s. */
const RECOVERY = { timeout: 120_000 * ROUNDS, interval: 200 };
const REACHED = { timeout: 120_000, interval: 5 };

let parts: WorkerParts;
const servers: ScriptedSmtp[] = [];

type Queues = Awaited<ReturnType<WorkerParts['furtherQueues']>>;

/** A worker with a mail server and queues of its own, so that no other's mails come into its script. */
interface Sender {
  worker: WorkerProcess;
  smtp: ScriptedSmtp;
  queues: Queues;
}

/** What was known of a mail at the moment its worker was killed, and the queues that may still have its message. */
interface Victim {
  key: string;
  step: string;
  recorded: boolean;
  mayRepeat: boolean;
  queues: Queues;
}

beforeAll(async () => {
  parts = await openWorkerParts();
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await parts.close();
});

/** Has checked its provider already: the script is for mails alone. */
async function startSender(queues?: Queues): Promise<Sender> {
  const own = queues ?? (await parts.furtherQueues());
  const smtp = await ScriptedSmtp.start();
  servers.push(smtp);
  const worker = new WorkerProcess({ ...own.env, ...LONG_LEASE, SMTP_URL: smtp.url(`connections=${MAILS}`) });
  await worker.ready;
  await expect.poll(() => smtp.count('ehlo'), REACHED).toBeGreaterThan(0);
  return { worker, smtp, queues: own };
}

function orderMails({ order }: Queues): Promise<string[]> {
  return Promise.all(Array.from({ length: MAILS }, () => order({ to: `${randomUUID()}@example.com` })));
}

/** What the ledger says of each mail; undefined where it has none yet. */
async function statesOf(keys: readonly string[]): Promise<(string | undefined)[]> {
  const rows: { id: Buffer; state: string }[] = await parts.test.database
    .sql('mails')
    .whereIn('id', keys.map(mailId))
    .select('id', 'state');
  const states = new Map(rows.map(({ id, state }) => [id.toString('hex'), state]));
  return keys.map((key) => states.get(mailId(key).toString('hex')));
}

async function recorded(key: string): Promise<boolean> {
  return (await statesOf([key]))[0] === 'accepted';
}

/** The leases of the dead run out. */
async function endLeases(): Promise<void> {
  await parts.test.database.sql('mails').where({ state: 'sending' }).update({ due_at: new Date() });
}

/** What workers that live have found out about the dead is due at once, whatever it would wait for. */
async function hurry(keys: readonly string[]): Promise<void> {
  await expect.poll(() => statesOf(keys), REACHED).not.toContain('sending');
  // Not of a mail that is being sent: its lease would end, and it would be sent again.
  const waiting = parts.test.database.sql('mails').whereNotNull('due_at').whereNot({ state: 'sending' });
  await waiting.update({ due_at: new Date() });
}

/** How many of the mails the ledger has as accepted. */
async function countRecorded(keys: readonly string[]): Promise<number> {
  return (await statesOf(keys)).filter((state) => state === 'accepted').length;
}

/** How often the servers took each mail, by its Message-ID. */
function copiesTaken(): Map<string, number> {
  const copies = new Map<string, number>();
  for (const { messageId } of servers.flatMap(({ accepted }) => accepted)) {
    copies.set(messageId, (copies.get(messageId) ?? 0) + 1);
  }
  return copies;
}

const messageId = (key: string) => messageIdOf(mailId(key), DOMAIN);

async function victims(keys: string[], step: string, mayRepeat: boolean, queues: Queues): Promise<Victim[]> {
  return Promise.all(keys.map(async (key) => ({ key, step, recorded: await recorded(key), mayRepeat, queues })));
}

/** Kills a worker while all its mails, which `bring` puts before it, are held at one step. */
async function killAt(step: Point, bring: (queues: Queues) => Promise<string[]> = orderMails): Promise<Victim[]> {
  const { worker, smtp, queues } = await startSender();
  const before = smtp.count(step);
  smtp.script = { [step]: 'silence' };
  const keys = await bring(queues);
  await expect.poll(() => smtp.count(step) - before, REACHED).toBe(MAILS);
  await worker.kill();
  return victims(keys, step, step === 'in-body' || step === 'dot', queues);
}

/** Kills a worker as the first replies are on their way to it: some are recorded, some are not. */
async function killAfterReply(): Promise<Victim[]> {
  const { worker, smtp, queues } = await startSender();
  const keys = await orderMails(queues);
  await expect.poll(() => smtp.accepted.length, REACHED).toBeGreaterThan(0);
  await worker.kill();
  return victims(keys, 'reply', true, queues);
}

/** Kills a worker when the ledger says that it sent a mail, most likely before its message is deleted. */
async function killAfterCommit(): Promise<Victim[]> {
  const { worker, queues } = await startSender();
  const keys = await orderMails(queues);
  const first = keys[0] as string;
  await expect.poll(() => recorded(first), REACHED).toBe(true);
  await worker.kill();
  return victims(keys, 'commit', true, queues);
}

/** Kills a worker at any moment after its mails were ordered. */
async function killAnytime(): Promise<Victim[]> {
  const { worker, queues } = await startSender();
  const keys = await orderMails(queues);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
  await worker.kill();
  return victims(keys, 'any', true, queues);
}

/** Lets workers that nobody kills finish what the dead left: in the ledger, and in the queues of those not begun. */
async function recover(killed: readonly Victim[]): Promise<void> {
  const states = await statesOf(killed.map(({ key }) => key));
  const notBegun = killed.filter((_, index) => states[index] === undefined).map(({ queues }) => queues);
  await endLeases();
  for (const queues of new Set(notBegun)) {
    const { worker } = await startSender(queues);
    const keys = killed.filter((victim) => victim.queues === queues).map(({ key }) => key);
    await hurry(keys);
    await expect.poll(() => countRecorded(keys), RECOVERY).toBe(keys.length);
    expect(await worker.stop()).toBe(0);
  }
  const { worker } = await startSender();
  const keys = killed.map(({ key }) => key);
  await hurry(keys);
  await expect.poll(() => countRecorded(keys), RECOVERY).toBe(keys.length);
  expect(await worker.stop()).toBe(0);
}

describe('kill -9 of a worker', () => {
  it(
    'at any step of a send loses no mail, and repeats none that was recorded as accepted',
    async () => {
      const killed: Victim[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        for (const step of STEPS) killed.push(...(await killAt(step)));
        killed.push(...(await killAfterReply()), ...(await killAfterCommit()), ...(await killAnytime()));
      }
      await recover(killed);

      const copies = copiesTaken();
      const wrong = killed.filter((victim) => {
        const count = copies.get(messageId(victim.key)) ?? 0;
        return count < 1 || count > (victim.mayRepeat && !victim.recorded ? 2 : 1);
      });
      expect(wrong.map(({ step, key, recorded: was }) => ({ step, key, was }))).toEqual([]);
    },
    600_000 * ROUNDS,
  );

  it('before the body, again and again, loses no mail and sends none twice', async () => {
    const killed = await killAt('greeting');
    const keys = killed.map(({ key }) => key);
    for (const step of BEFORE_BODY) {
      await killAt(step, async () => {
        await endLeases();
        return keys;
      });
    }
    await recover(killed);
    const copies = copiesTaken();
    expect(keys.map((key) => copies.get(messageId(key)))).toEqual(keys.map(() => 1));
  });

  it('in the body, twice, after once before it, loses no mail that has a link', async () => {
    const killed = await killAt('data');
    const keys = killed.map(({ key }) => key);
    for (const step of ['in-body', 'in-body'] as const) {
      await killAt(step, async () => {
        await endLeases();
        await hurry(keys);
        return keys;
      });
    }
    await endLeases();
    const { worker } = await startSender();
    await hurry(keys);
    await expect.poll(() => countRecorded(keys), RECOVERY).toBe(keys.length);
    expect(await worker.stop()).toBe(0);
  });
});
