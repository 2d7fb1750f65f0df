import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailId } from '../src/mail/ledger/mail-identity.ts';
import { HOUR, type MailSide, MINUTE, openMailSide } from './support/mail-side.ts';
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

/** Sends a mail and holds it right before its body; resolves when it is there. */
async function heldBeforeBody(): Promise<{ key: string; goOn: () => void; sent: Promise<unknown> }> {
  const held = Promise.withResolvers<void>();
  smtp.script = { data: (count) => (count === 1 ? { say: '354 go on', when: held.promise } : '354 go on') };
  const reached = smtp.reaches('data');
  const key = crypto.randomUUID();
  const sent = side.send({ key });
  await reached;
  return { key, goOn: held.resolve, sent };
}

describe('a body', () => {
  it('is not handed over by a replica whose lease ran out: another one has sent the mail', async () => {
    const { key, goOn, sent } = await heldBeforeBody();
    const replica = await openMailSide({ SMTP_URL: smtp.url() }, side);
    try {
      await replica.later(HOUR);
      expect(await side.states(key)).toEqual(['sending', 'deferred']);
      await replica.later(0);
      expect(await side.state(key)).toBe('accepted');

      goOn();
      await sent;
      expect(smtp.read).toHaveLength(1);
      expect(await side.states(key)).toEqual(['sending', 'deferred', 'sending', 'accepted']);
    } finally {
      await replica.close();
    }
  });

  it('is not handed over while the ledger cannot be written, and goes out when it can', async () => {
    const { key, goOn, sent } = await heldBeforeBody();
    await side.database.sql.schema.renameTable('mails', 'mails_elsewhere');
    goOn();
    await expect
      .poll(() => side.logger.lines.some(({ message }) => /ledger cannot be written/.test(message)))
      .toBe(true);
    expect(smtp.read).toHaveLength(0);

    await side.database.sql.schema.renameTable('mails_elsewhere', 'mails');
    await sent;
    expect(await side.states(key)).toEqual(['sending', 'deferred']);
    await side.later(MINUTE);
    expect(await side.state(key)).toBe('accepted');
    expect(smtp.read).toHaveLength(1);
  });

  it('that was refused leaves nothing unknown: the next sender that dies before its body does not end the mail', async () => {
    smtp.script = { dot: (count) => (count <= 3 ? '451 4.3.0 later' : '250 ok') };
    const key = await side.send();
    await side.later(HOUR);
    await side.later(HOUR);
    expect((await side.ledger.find(mailId(key)))?.unknowns).toBe(0);
    await side.later(HOUR);
    expect(await side.state(key)).toBe('accepted');
  });
});
