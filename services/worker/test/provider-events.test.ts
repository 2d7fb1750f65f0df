import { randomUUID } from 'node:crypto';
import { PermanentError, RetryLater } from '@postern/sqs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { recordMailFeedback } from '../src/listeners/record-mail-feedback.ts';
import { idFromMessageId, mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { FakeMailer } from '../src/mail/testing/fake-mailer.ts';
import { hear } from '../src/mail/testing/hear.ts';
import { DAY, type MailSide, MINUTE, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { ADDRESS, sesNotices } from './support/ses-notices.ts';

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

const { notification, bounce, complaint } = sesNotices(() => smtp.read.at(-1)?.messageId ?? '');

function tell(body: string, sentAt = new Date()): Promise<void> {
  return side.providerEvents.handle({ body, sentAt });
}

describe("a provider's event", () => {
  it('makes an accepted mail delivered, and its complaint is noted after that', async () => {
    const key = await side.send();
    await tell(notification('Delivery'));
    await tell(complaint());
    expect(await side.states(key)).toEqual(['sending', 'accepted', 'delivered', 'complained']);
  });

  it('is read as SNS wraps it, too', async () => {
    const key = await side.send();
    await tell(JSON.stringify({ Type: 'Notification', Message: notification('Delivery') }));
    expect(await side.state(key)).toBe('delivered');
  });

  it('does not bring a mail back from a later state, though it came late or twice', async () => {
    const key = await side.send();
    await tell(bounce('Permanent'));
    await tell(bounce('Permanent'));
    await tell(notification('Delivery'));
    expect(await side.states(key)).toEqual(['sending', 'accepted', 'bounced']);
  });

  it('ends the wait of a notice whose fate was unknown', async () => {
    smtp.script = { dot: 'reset' };
    const key = await side.send({ mail: 'welcome', data: { first_name: 'Ann' } });
    await tell(notification('Delivery'));
    await side.later(60 * MINUTE);
    expect(await side.states(key)).toEqual(['sending', 'unknown', 'delivered']);
    expect(smtp.read).toHaveLength(1);
  });

  it('finds its mail by the id that the provider gave it', async () => {
    const key = await side.send();
    const entry = await side.ledger.find(mailId(key));
    await side.database.sql('mails').where({ id: entry?.id }).update({ provider_message_id: 'ses-own-id' });
    await tell(JSON.stringify({ eventType: 'Delivery', mail: { messageId: 'ses-own-id' } }));
    expect(await side.state(key)).toBe('delivered');
  });

  it('is put off while its mail is not in the ledger yet, and given up after a while', async () => {
    const unknown = JSON.stringify({ eventType: 'Delivery', mail: { messageId: 'nobody' } });
    await expect(tell(unknown)).rejects.toThrow(RetryLater);
    await expect(tell(unknown, new Date(Date.now() - 60_000))).resolves.toBeUndefined();
  });

  it.each(['{', '[]', '{"notificationType":"Bounce"}'])(
    'goes to the dead letters when it is none: %s',
    async (body) => {
      await expect(tell(body)).rejects.toThrow(PermanentError);
    },
  );

  it('that changes nothing is passed over', async () => {
    await expect(tell(notification('Open'))).resolves.toBeUndefined();
  });

  it('that a mail was not spam is not a complaint', async () => {
    const key = await side.send();
    await tell(complaint('not-spam'));
    expect(await side.state(key)).toBe('accepted');
    expect(await side.state(await side.send())).toBe('accepted');
  });

  it.each([
    ['out of office', () => bounce('Transient', randomUUID(), ADDRESS, 'General')],
    ['a soft bounce', () => bounce('Transient')],
    ['a hard bounce', () => bounce('Permanent')],
  ])('after a delivery takes nothing back: %s', async (_what, event) => {
    const key = await side.send();
    await tell(notification('Delivery'));
    await tell(event());
    expect(await side.state(key)).toBe('delivered');
  });

  it('of an automatic answer changes nothing, however often it comes and whether or not the delivery was reported', async () => {
    const key = await side.send();
    for (let n = 0; n < 4; n++) await tell(bounce('Transient', randomUUID(), ADDRESS, 'General'));
    expect(await side.state(key)).toBe('accepted');
    for (let day = 0; day < 3; day++) {
      await tell(notification('Delivery'));
      await tell(bounce('Transient'));
      await side.later(DAY);
      expect(await side.state(await side.send())).toBe('accepted');
    }
  });

  it('that the content was refused fails the mail, and its address is not to blame', async () => {
    for (let day = 0; day < 4; day++) {
      const key = await side.send();
      await tell(bounce('Transient', randomUUID(), ADDRESS, 'ContentRejected'));
      expect(await side.state(key)).toBe('failed');
      await side.later(DAY);
    }
    expect(await side.state(await side.send())).toBe('accepted');
  });

  it.each([
    ['hard bounce', () => bounce('Permanent')],
    ['complaint', () => complaint()],
    ['soft bounce', () => bounce('Transient')],
  ])(
    'of a mail that this ledger never handed over suppresses nobody, and is reported and counted: a %s',
    async (_what, event) => {
      const long = new Date(Date.now() - 60_000);
      const ofAnother = () => event().replaceAll('"messageId":"', '"messageId":"other-');
      for (let n = 0; n < 3; n++) await tell(ofAnother(), long);
      expect(await side.state(await side.send())).toBe('accepted');
      expect(side.logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
      expect(await side.metrics.expose()).toMatch(/email_feedback_passed_over_total\{kind="[a-z-]+"\} 3/);
    },
  );

  it('of a mail that was never sent, as its address was suppressed, suppresses nobody else', async () => {
    const hash = side.hasher.hash(ADDRESS);
    await side.suppressions.add({ hash }, 'manual', { actor: 'test', reason: 'asked for' });
    const key = await side.send();
    await side.suppressions.remove(hash, { actor: 'test', reason: 'asked again' });
    const value = `<${mailId(key).toString('hex')}@mail.example.com>`;
    const mail = { messageId: 'x', headers: [{ name: 'Message-ID', value }] };
    const bounced = { bounceType: 'Permanent', feedbackId: 'x', bouncedRecipients: [{ emailAddress: ADDRESS }] };
    await tell(JSON.stringify({ notificationType: 'Bounce', mail, bounce: bounced }), new Date(0));
    expect(await side.state(await side.send())).toBe('accepted');
  });

  it('of a full mailbox suppresses on the third day only, and for a while, also where the provider calls it permanent', async () => {
    const full = () => bounce('Permanent', randomUUID(), ADDRESS, 'General', 'smtp; 552 5.2.2 over quota');
    for (const state of ['accepted', 'accepted', 'suppressed']) {
      await side.send();
      await tell(full());
      expect(await side.state(await side.send())).toBe(state);
      await side.later(DAY);
    }
    expect(await side.suppressions.list(10)).toMatchObject([{ cause: 'soft-bounces', endsAt: expect.any(Date) }]);
  });

  it.each([
    ['a hard bounce', () => bounce('Permanent')],
    ['soft bounces', () => bounce('Transient')],
  ])('of a mail from before its address was taken off the list does not put it back: %s', async (_what, made) => {
    const events: string[] = [];
    for (let day = 0; day < 3; day++) {
      await side.later(DAY);
      await side.send();
      events.push(made());
    }
    const tellAll = async () => {
      for (const event of events) await tell(event);
    };
    await tellAll();
    const hash = side.hasher.hash(ADDRESS);
    expect(await side.suppressions.has(hash)).toBe(true);
    await side.later(MINUTE);
    // To MySQL this is how the worker itself is called.
    await side.suppressions.remove(hash, { actor: 'Wörker', reason: 'repaired' });
    await tellAll();
    expect(await side.suppressions.has(hash)).toBe(false);
    await side.later(MINUTE);
    await side.send();
    await tell(bounce('Permanent'));
    expect(await side.suppressions.has(hash)).toBe(true);
  });

  it('of a mail from before we ourselves took its address off the list counts: we had not heard of it', async () => {
    await side.send();
    const reported = bounce('Permanent');
    const hash = side.hasher.hash(ADDRESS);
    await side.later(MINUTE);
    const since = side.clock.now();
    await side.suppressions.add({ hash }, 'rejected', { actor: 'worker', reason: 'no such user' });
    await side.later(MINUTE);
    await side.suppressions.removeMany({ cause: 'rejected', since }, { actor: 'worker', reason: 'not its fault' });
    expect(await side.suppressions.has(hash)).toBe(false);
    await tell(reported);
    expect(await side.suppressions.list(10)).toMatchObject([{ cause: 'bounced' }]);
  });

  it("of SNS's own is acknowledged and reported", async () => {
    await tell(JSON.stringify({ Type: 'SubscriptionConfirmation', TopicArn: 'arn:aws:sns:eu-central-1:1:ses' }));
    expect(side.logger.lines.at(-1)).toMatchObject({ level: 'warn', message: 'unexpected SNS message' });
  });

  it.each([`<${ADDRESS}> unknown`, 'Ann... No such user'])('leaves no address in the ledger: %s', async (said) => {
    await side.send();
    await tell(bounce('Permanent', randomUUID(), ADDRESS, 'General', `smtp; 550 5.1.1 ${said}`));
    const tables = ['mails', 'mail_changes', 'suppression_audit'];
    const rows = await Promise.all(tables.map((table) => side.database.sql(table)));
    expect(JSON.stringify(rows)).not.toMatch(/\bann\b/i);
  });
});

describe("a webhook's news", () => {
  const news = (kind: string, reason = '') => ({
    notice_id: randomUUID(),
    kind,
    message_id: smtp.read.at(-1)?.messageId ?? '',
    recipient: ADDRESS,
    reason,
  });
  const hearNews = (data: unknown) =>
    hear(recordMailFeedback, data, new FakeMailer(), {
      feedback: (event, options) => side.providerEvents.apply(event, options),
    });

  it('is written into the ledger of its mail', async () => {
    const key = await side.send();
    await hearNews(news('delivered'));
    expect(await side.state(key)).toBe('delivered');
  });

  it('stops further mail after a hard bounce', async () => {
    await side.send();
    await hearNews(news('hard-bounce', '550 5.1.1 unknown'));
    expect(await side.state(await side.send())).toBe('suppressed');
  });

  it('goes on stopping mail after LINK_KEY was changed', async () => {
    await side.send();
    await hearNews(news('hard-bounce', '550 5.1.1 unknown'));
    const env = { SMTP_URL: smtp.url(''), LINK_KEY: Buffer.alloc(32, 99).toString('base64') };
    const rotated = await openMailSide(env, side);
    onTestFinished(() => rotated.close());
    expect(await rotated.state(await rotated.send())).toBe('suppressed');
  });

  it.each(['hard-bounce', 'complaint'])('of a %s that names no recipient stops further mail, too', async (kind) => {
    await side.send();
    const { recipient: _, ...unnamed } = news(kind);
    await hearNews(unnamed);
    expect(await side.state(await side.send())).toBe('suppressed');
    expect(await side.suppressions.list(10)).toMatchObject([{ address: undefined }]);
  });

  it('finds its mail by the id that the SMTP server gave it in its reply', async () => {
    const id = '<AS8PR01MB1234@AS8PR01MB1234.eurprd01.prod.outlook.com>';
    smtp.script = { dot: `250 2.0.0 OK ${id} [Hostname=AS8PR01MB1234.eurprd01.prod.outlook.com]` };
    const key = await side.send();
    await hearNews({ ...news('delivered'), message_id: id });
    expect(await side.state(key)).toBe('delivered');
  });

  it('of SES finds a mail by an id that its notice gives bare, and its reply in brackets', async () => {
    const id = 'AS8PR01MB1234@AS8PR01MB1234.eurprd01.prod.outlook.com';
    smtp.script = { dot: `250 2.0.0 OK <${id}>` };
    const key = await side.send();
    await tell(JSON.stringify({ notificationType: 'Delivery', mail: { messageId: id } }));
    expect(await side.state(key)).toBe('delivered');
  });

  it('of soft bounces suppresses on the third day of them', async () => {
    for (const state of ['accepted', 'accepted', 'suppressed']) {
      await side.send();
      await hearNews(news('soft-bounce'));
      expect(await side.state(await side.send())).toBe(state);
      await side.later(DAY);
    }
  });

  it('is put off while its mail is not in the ledger yet', async () => {
    await expect(hearNews({ ...news('delivered'), message_id: '<nobody@example.com>' })).rejects.toThrow(RetryLater);
  });
});

describe('the id in a Message-ID', () => {
  it('is found in ours alone', () => {
    expect(idFromMessageId('<0123456789abcdef0123456789abcdef@example.com>')?.length).toBe(16);
    expect(idFromMessageId('<somebody-elses@example.com>')).toBeUndefined();
  });
});
