import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchOptions } from '@postern/runtime/testing';
import { mailId, messageIdOf } from '../src/mail/delivery/ledger/mail-identity.ts';
import { ScriptedSmtp } from '../test/support/scripted-smtp.ts';
import { openWorkerParts, WorkerProcess } from '../test/support/worker-process.ts';

const about = `What becomes of mails when workers are killed (SIGKILL) again and again while they send. Each round orders mails, half with a link
(resend-twice) and half notices (wait-then-resend-once), and kills the worker at a random moment; what it leaves is in the next one's hands at
once, so that one mail meets several deaths. In the end a worker that nobody kills finishes what can be finished. Lost: the mail server never
got it whole; doubled: it did more than once. TEST_DATABASE_URL and TEST_SQS_ENDPOINT take real parts; the mail server is real SMTP.`;
const {
  kills: KILLS,
  mails: MAILS,
  reply: REPLY_MS,
} = benchOptions(about, {
  kills: [60, 'how often a worker is killed'],
  mails: [20, 'mails of each round'],
  reply: [
    20,
    'milliseconds that the mail server takes over a reply: the longer, the more deaths are in the middle of a body',
  ],
});
/** A worker is killed at most this long after it began to talk to the mail server, in milliseconds. */
const LATEST_KILL_MS = 200;
/** The leases of the dead end when this program says so. */
const LONG_LEASE = { MAIL_LEASE_MS: '3600000' };
const POLICIES = { verification: 'resend-twice', welcome: 'wait-then-resend-once' } as const;
type Mail = keyof typeof POLICIES;

const parts = await openWorkerParts();
const slowly = (say: string) => () => ({ say, when: sleep(REPLY_MS) });
const smtp = await ScriptedSmtp.start({ data: slowly('354 go on'), dot: slowly('250 2.0.0 queued') });
const env = { ...parts.env, ...LONG_LEASE, SMTP_URL: smtp.url('connections=10') };
const mails = () => parts.test.database.sql('mails');
const ordered: { key: string; mail: Mail }[] = [];

async function orderSome(): Promise<void> {
  for (let n = 0; n < MAILS; n++) {
    const mail: Mail = n % 2 === 0 ? 'verification' : 'welcome';
    const key = await parts.order({ to: `${randomUUID()}@example.com`, mail });
    ordered.push({ key, mail });
  }
}

/** Mails in these states are due now. In a transaction, which is begun again when a worker's own was in its way. */
function dueNow(...states: string[]): Promise<unknown> {
  const due = { due_at: new Date() };
  return parts.test.database.transaction((tx) =>
    tx.sql('mails').whereIn('state', states).whereNotNull('due_at').update(due),
  );
}

/** What waits is due now: its waits are for providers and people, and this program has neither. */
const hurry = () => dueNow('deferred', 'unknown', 'queued');

async function hurryFor(ms: number): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) await hurry();
}

async function startWorker(): Promise<WorkerProcess> {
  const worker = new WorkerProcess(env);
  await worker.ready;
  return worker;
}

for (let kill = 1; kill <= KILLS; kill++) {
  await orderSome();
  const worker = await startWorker();
  const talked = smtp.count('greeting');
  for (let waited = 0; waited < 100 && smtp.count('greeting') === talked; waited++) await hurryFor(20);
  await hurryFor(Math.random() * LATEST_KILL_MS);
  await worker.kill();
  await dueNow('sending');
}

const last = await startWorker();
const settled = async () => {
  const rows: { n: number }[] = await mails().whereNull('due_at').count({ n: '*' });
  return Number(rows[0]?.n) === ordered.length;
};
while (!(await settled())) await hurryFor(100);
await last.stop();

const copies = new Map<string, number>();
for (const { messageId } of smtp.read) copies.set(messageId, (copies.get(messageId) ?? 0) + 1);
for (const [mail, policy] of Object.entries(POLICIES)) {
  const counts = ordered
    .filter((one) => one.mail === mail)
    .map(({ key }) => copies.get(messageIdOf(mailId(key), 'mail.example.com')) ?? 0);
  const lost = counts.filter((count) => count === 0).length;
  const doubled = counts.filter((count) => count > 1).length;
  const figures = {
    ...{ policy, database: parts.test.database.dialect, kills: KILLS, mails: counts.length, lost, doubled },
    lost_per_kill: Number((lost / KILLS).toFixed(3)),
    doubled_per_kill: Number((doubled / KILLS).toFixed(3)),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
await smtp.close();
await parts.close();
