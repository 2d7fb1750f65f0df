import { toDate } from '@postern/runtime';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { type MailSide, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

const LEASE_MS = 2_500;
/** Of the conversation up to the body; each is over long before the server answers. */
const SHORT = 'socket_timeout_ms=700&send_timeout_ms=1900';

let smtp: ScriptedSmtp;
let side: MailSide;
let replica: MailSide;

beforeEach(async () => {
  smtp = await ScriptedSmtp.start();
  const env = { SMTP_URL: smtp.url(SHORT), MAIL_LEASE_MS: String(LEASE_MS) };
  side = await openMailSide(env);
  replica = await openMailSide(env, side);
});

afterEach(async () => {
  await replica.close();
  await side.close();
  await smtp.close();
});

const id = mailId('slow');

async function dueAt(): Promise<number | undefined> {
  return toDate((await side.database.sql('mails').where({ id }).first('due_at'))?.due_at)?.getTime();
}

// A machine that stands still for longer than a conversation may take spoils a try.
it('a server that takes longer to accept a body than for anything before it gets the mail once, and no replica takes it up', {
  retry: 2,
}, async () => {
  const answer = Promise.withResolvers<void>();
  smtp.script = { dot: { say: '250 2.0.0 queued at last', when: answer.promise } };
  const sent = side.send({ key: 'slow' });
  await vi.waitUntil(() => smtp.read.length > 0, { timeout: 30_000 });

  // Each renewal comes a tenth of the longest try after the one before it: twenty are longer than the lease, and than both limits.
  for (let renewals = 0; renewals < 20; renewals++) {
    side.clock.forward(LEASE_MS - 1);
    await vi.waitUntil(async () => (await dueAt()) === side.clock.now().getTime() + LEASE_MS, { timeout: 30_000 });
    expect(await replica.due.round()).toBe(0);
  }
  answer.resolve();
  await sent;

  expect(await side.states('slow')).toEqual(['sending', 'accepted']);
  expect(smtp.read).toHaveLength(1);
});
