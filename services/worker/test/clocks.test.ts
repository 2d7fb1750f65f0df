import { shiftedHost } from '@postern/runtime/testing';
import { expect, it } from 'vitest';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { openWorkerParts, WorkerProcess } from './support/worker-process.ts';

const WAIT = { timeout: 120_000 };

const TEN_MINUTES = 600_000;

/** Two workers on one ledger, each with a mail server and queues of its own: the second one's host is ten minutes ahead. */
async function twoHosts() {
  const parts = await openWorkerParts();
  const [smtp, smtpOfAhead] = [await ScriptedSmtp.start(), await ScriptedSmtp.start()];
  const other = await parts.furtherQueues();
  const right = new WorkerProcess({ ...parts.env, SMTP_URL: smtp.url() });
  const ahead = new WorkerProcess({ ...other.env, ...shiftedHost(TEN_MINUTES), SMTP_URL: smtpOfAhead.url() });
  await right.ready;
  const { ops } = await ahead.ready;
  const close = async () => {
    await Promise.all([right.kill(), ahead.kill(), smtp.close(), smtpOfAhead.close()]);
    await parts.close();
  };
  const history = async (key: string): Promise<string[]> => {
    const rows: { state: string }[] = await parts.test.database
      .sql('mail_changes')
      .where({ mail_id: mailId(key) })
      .orderBy('number');
    return rows.map(({ state }) => state);
  };
  return { parts, smtp, smtpOfAhead, other, ahead, ops, history, [Symbol.asyncDispose]: close };
}

it('a worker whose host is ten minutes ahead leaves mails alone that another is sending, and reports what is wrong', async () => {
  await using hosts = await twoHosts();
  const { parts, smtp, smtpOfAhead, other, ahead, ops, history } = hosts;
  const gate = Promise.withResolvers<void>();
  smtp.script = { dot: { say: '250 2.0.0 queued', when: gate.promise } };
  const begun = smtp.reaches('dot');
  const key = await parts.order();
  await begun;
  // It looks for mails that are due every 50 ms; that it has sent one of its own shows that it is at work.
  await other.order({ to: 'bob@example.com' });
  await expect.poll(() => smtpOfAhead.accepted.length, WAIT).toBe(1);
  const metrics = async () => (await fetch(`http://127.0.0.1:${ops}/metrics`)).text();
  await expect.poll(metrics, WAIT).toMatch(/^clock_skew_seconds (599|6\d\d)\.?\d*$/m);
  await expect.poll(() => ahead.log, WAIT).toContain("this host's clock and the database's differ");
  gate.resolve();
  await expect.poll(() => history(key), WAIT).toEqual(['sending', 'accepted']);
  expect([smtp.read.length, smtpOfAhead.read.length]).toEqual([1, 1]);
});
