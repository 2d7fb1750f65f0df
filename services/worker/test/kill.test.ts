import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailId, messageIdOf } from '../src/mail/ledger/mail-identity.ts';
import { type Point, ScriptedSmtp } from './support/scripted-smtp.ts';
import { openWorkerParts, type WorkerParts, WorkerProcess } from './support/worker-process.ts';

/** Kills at each step, and mails that are at that step when it comes. `KILL_ROUNDS=20` for the long run. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 1);
const MAILS = 8;
const STEPS: readonly Point[] = ['greeting', 'ehlo', 'mail', 'rcpt', 'data', 'in-body', 'dot'];
const DOMAIN = 'mail.example.com';
/** A message that its consumer died with, or that a dead consumer's open receive took, is visible again after 25 s. */
const RECOVERY = { timeout: 60_000, interval: 200 };
const REACHED = { timeout: 60_000, interval: 5 };

let parts: WorkerParts;
const servers: ScriptedSmtp[] = [];

/** What was known of a mail at the moment its worker was killed. */
interface Victim {
  key: string;
  step: string;
  recorded: boolean;
  mayRepeat: boolean;
}

beforeAll(async () => {
  parts = await openWorkerParts();
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await parts.close();
});

async function startServer(): Promise<ScriptedSmtp> {
  const server = await ScriptedSmtp.start();
  servers.push(server);
  return server;
}

/** A worker with a server of its own, which has checked its provider already: the script is for mails alone. */
async function startWorker(): Promise<{ worker: WorkerProcess; smtp: ScriptedSmtp }> {
  const smtp = await startServer();
  const worker = new WorkerProcess({ ...parts.env, SMTP_URL: smtp.url(`connections=${MAILS}`) });
  await worker.ready;
  return { worker, smtp };
}

function orderMails(): Promise<string[]> {
  return Promise.all(Array.from({ length: MAILS }, () => parts.order({ to: `${randomUUID()}@example.com` })));
}

async function recorded(key: string): Promise<boolean> {
  const row: { state: string } | undefined = await parts.test.database
    .sql('mails')
    .where({ id: mailId(key) })
    .first();
  return row?.state === 'accepted';
}

async function victims(keys: string[], step: string, mayRepeat: boolean): Promise<Victim[]> {
  return Promise.all(keys.map(async (key) => ({ key, step, recorded: await recorded(key), mayRepeat })));
}

/** Kills a worker while all its mails are held at one step. */
async function killAt(step: Point): Promise<Victim[]> {
  const { worker, smtp } = await startWorker();
  const before = smtp.count(step);
  smtp.script = { [step]: 'silence' };
  const keys = await orderMails();
  await expect.poll(() => smtp.count(step) - before, REACHED).toBe(MAILS);
  await worker.kill();
  return victims(keys, step, step === 'in-body' || step === 'dot');
}

/** Kills a worker as the first replies are on their way to it: some are recorded, some are not. */
async function killAfterReply(): Promise<Victim[]> {
  const { worker, smtp } = await startWorker();
  const keys = await orderMails();
  await expect.poll(() => smtp.accepted.length, REACHED).toBeGreaterThan(0);
  await worker.kill();
  return victims(keys, 'reply', true);
}

/** Kills a worker when the ledger says that it sent a mail, most likely before its message is deleted. */
async function killAfterCommit(): Promise<Victim[]> {
  const { worker } = await startWorker();
  const keys = await orderMails();
  const first = keys[0] as string;
  await expect.poll(() => recorded(first), REACHED).toBe(true);
  await worker.kill();
  return victims(keys, 'commit', true);
}

/** Kills a worker at any moment after its mails were ordered. */
async function killAnytime(): Promise<Victim[]> {
  const { worker } = await startWorker();
  const keys = await orderMails();
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
  await worker.kill();
  return victims(keys, 'any', true);
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
      // The leases of the dead run out.
      await parts.test.database.sql('mails').where({ state: 'sending' }).update({ due_at: new Date() });
      const { worker } = await startWorker();
      await expect
        .poll(async () => (await Promise.all(killed.map(({ key }) => recorded(key)))).filter(Boolean).length, RECOVERY)
        .toBe(killed.length);
      expect(await worker.stop()).toBe(0);

      const copies = new Map<string, number>();
      for (const { messageId } of servers.flatMap(({ accepted }) => accepted)) {
        copies.set(messageId, (copies.get(messageId) ?? 0) + 1);
      }
      const wrong = killed.filter((victim) => {
        const count = copies.get(messageIdOf(mailId(victim.key), DOMAIN)) ?? 0;
        return count < 1 || count > (victim.mayRepeat && !victim.recorded ? 2 : 1);
      });
      expect(wrong).toEqual([]);
      expect(copies.size).toBe(killed.length);
    },
    600_000 * ROUNDS,
  );
});
