import { newId } from '@postern/runtime';
import { PermanentError } from '@postern/sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobContext } from '../src/jobs/handle-job.ts';
import { sendMail } from '../src/jobs/send-mail.ts';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { MAX_PAYLOAD_BYTES } from '../src/mail/delivery/ledger/mail-payload.ts';
import { HOUR, type MailSide, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

let smtp: ScriptedSmtp;
let side: MailSide;

beforeEach(async () => {
  smtp = await ScriptedSmtp.start();
  side = await openMailSide({ SMTP_URL: smtp.url() });
});

afterEach(async () => {
  await side.close();
  await smtp.close();
});

/** A mail that waits for its next try. */
async function deferred(): Promise<string> {
  smtp.script = { rcpt: '451 4.3.0 later' };
  const key = await side.send();
  smtp.script = {};
  return key;
}

async function setPayload(key: string, payload: string): Promise<void> {
  await side.database
    .sql('mails')
    .where({ id: mailId(key) })
    .update({ payload });
}

/** Sends a mail as the mail queue's consumer does. */
function sendNotice(text: string, mail = 'welcome'): { key: string; sent: Promise<void> } {
  const key = `${newId()}/send-welcome/${mail}`;
  const job = { key, mail, to: 'ann@example.com', locale: 'en', data: { first_name: 'Ann', text } };
  const { mailer, config } = side;
  return { key, sent: sendMail.run(job, { mailer, config, message: {} } as JobContext) };
}

describe('a row of the ledger', () => {
  it.each(['{"to":"ann@exam', '', 'null', '"text"', '{"to":1,"locale":"en","data":{}}', '{"to":"a@b.example"}'])(
    'that cannot be read fails alone, with its reason, and the mails claimed with it are sent: %s',
    async (payload) => {
      const [bad, good] = [await deferred(), await deferred()];
      await setPayload(bad, payload);
      await side.later(HOUR);
      expect(await side.state(good)).toBe('accepted');
      expect(await side.state(bad)).toBe('failed');
      const history = await side.ledger.history(mailId(bad));
      expect(history.at(-1)?.reason).toContain('its content cannot be read');
      expect(smtp.accepted).toHaveLength(1);
    },
  );
});

it('a mail of a kind that only a newer release has waits for a replica of that, and is a dead letter no sooner than messages of an unknown type', async () => {
  const { key, sent } = sendNotice('hello', 'of-a-newer-release');
  await expect(sent).rejects.toMatchObject({ name: 'RetryLater', atMostMs: HOUR, reason: 'unknown-mail' });
  expect(await side.state(key)).toBeUndefined();
});

describe('a mail with a long history', () => {
  it('is kept and sent whole, past what MySQL calls a TEXT', async () => {
    smtp.script = { rcpt: (count) => (count === 1 ? '451 4.3.0 later' : '250 ok') };
    const { key, sent } = sendNotice('x'.repeat(200_000));
    await sent;
    expect((await side.ledger.find(mailId(key)))?.payload?.data.text).toHaveLength(200_000);
    await side.later(HOUR);
    expect(await side.state(key)).toBe('accepted');
  });

  it('is a dead letter at once when it is too large, and those that come with it are sent', async () => {
    const sizes = [10, MAX_PAYLOAD_BYTES, 10, 10];
    const mails = sizes.map((size) => sendNotice('x'.repeat(size)));
    const results = await Promise.allSettled(mails.map(({ sent }) => sent));
    const states = await Promise.all(mails.map(({ key }) => side.state(key)));
    expect(states).toEqual(['accepted', undefined, 'accepted', 'accepted']);
    expect(results[1]).toMatchObject({ status: 'rejected', reason: { reason: 'mail-too-large' } });
    expect((results[1] as PromiseRejectedResult).reason).toBeInstanceOf(PermanentError);
  });

  it('goes in with many others of its size', async () => {
    smtp.script = { greeting: 'reset' };
    await Promise.all(Array.from({ length: 30 }, () => sendNotice('"'.repeat(100_000)).sent));
    expect(await side.ledger.pending()).toEqual(
      new Map([[expect.stringMatching(/queued|deferred/), expect.any(Number)]]),
    );
  });
});

describe('what a server says', () => {
  it('that the database has no letters for does not keep the outcome out', async () => {
    if (side.database.dialect === 'mysql') {
      await side.database.sql.raw('ALTER TABLE mail_changes MODIFY reason varchar(500) CHARACTER SET ascii NOT NULL');
    }
    smtp.script = { rcpt: '550 5.7.1 отправитель заблокирован' };
    expect(await side.state(await side.send())).toBe('failed');
    smtp.script = { dot: '250 2.0.0 принято' };
    expect(await side.state(await side.send())).toBe('accepted');
  });
});
