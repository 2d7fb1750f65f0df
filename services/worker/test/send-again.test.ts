import { bytesToId, newId } from '@postern/runtime';
import { runCommands } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mailCommands } from '../src/commands/mail-commands.ts';
import { forgetPerson } from '../src/mail/delivery/ledger/forget-person.ts';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { mailWaits } from '../src/mail/delivery/ledger/mail-waits.ts';
import { sendAgain } from '../src/mail/delivery/send-again.ts';
import { OperatorAudit } from '../src/operators/operator-audit.ts';
import { DAY, type MailSide, openMailSide, TEST_SECRETS } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { sesNotices } from './support/ses-notices.ts';

const ANN = 'ann@example.com';
let smtp: ScriptedSmtp;
let side: MailSide;

beforeEach(async () => {
  vi.stubEnv('RECIPIENT_KEY', TEST_SECRETS.RECIPIENT_KEY);
  smtp = await ScriptedSmtp.start();
  side = await openMailSide({ SMTP_URL: smtp.url() });
});
afterEach(async () => {
  await side.close();
  await smtp.close();
});

const lift = () => side.suppressions.remove(side.hasher.hash(ANN), { actor: 'kim', reason: 'a new mailbox' });
const again = (key: string) => sendAgain(side, bytesToId(mailId(key)), 'kim');
const retry = (key: string) =>
  runCommands(
    mailCommands((work) => work({ database: side.database, logger: side.logger })),
    ...['mail', 'retry', bytesToId(mailId(key)), '--by', 'kim'],
  );
const acts = async () => {
  const entries = await new OperatorAudit(side.database).list({ limit: 10 });
  return entries.map(({ operator, action, target, result }) => [operator, action, target, result]);
};

/** One that its server refused for good, which put its address on the list. */
async function bounced(): Promise<string> {
  smtp.script = { rcpt: '550 5.1.1 no such user' };
  const key = await side.send();
  smtp.script = {};
  return key;
}

describe('a mail that was kept from its recipient', () => {
  it.each([
    ['bounced', bounced],
    [
      'suppressed',
      async () => {
        await side.suppressions.add({ hash: side.hasher.hash(ANN) }, 'manual', { actor: 'kim', reason: 'by phone' });
        return side.send();
      },
    ],
  ])('as %s is sent by an operator once its address is off the list, once, and not before', async (state, keptBack) => {
    const key = await keptBack();
    const id = bytesToId(mailId(key));
    expect(await side.state(key)).toBe(state);
    expect(await retry(key)).toMatchObject({ code: 1, complaints: expect.stringContaining('on the suppression list') });
    await side.later(1);
    expect(smtp.accepted).toEqual([]);

    await lift();
    expect(await retry(key)).toMatchObject({ code: 0 });
    // A command goes by the real time.
    await side.later(Date.now() - side.clock.now().getTime() + 1);
    expect(smtp.accepted.map(({ to }) => to)).toEqual([ANN]);
    expect((await side.states(key)).slice(-4)).toEqual([state, 'queued', 'sending', 'accepted']);
    expect((await side.ledger.history(mailId(key))).at(-3)?.reason).toContain('by kim');
    expect(await retry(key)).toMatchObject({ code: 1, complaints: expect.stringContaining('it is accepted') });
    const act = ['kim', 'mail.send-again', id];
    expect(await acts()).toEqual([
      [...act, 'done'],
      [...act, 'failed'],
    ]);
  });

  it('is left alone where its address is on the list again when its turn comes', async () => {
    const key = await bounced();
    await lift();
    await again(key);
    await side.suppressions.add({ hash: side.hasher.hash(ANN) }, 'complained', { actor: 'provider', reason: 'spam' });
    await side.later(1);
    expect(await side.state(key)).toBe('suppressed');
    expect(smtp.accepted).toEqual([]);
  });

  it('waits for nobody: it is in no count of what waits, and its next try is none', async () => {
    const key = await bounced();
    expect(await side.ledger.pending()).toEqual(new Map());
    expect(await side.ledger.oldestDue()).toBeUndefined();
    expect(await mailWaits(side.database, {})).toEqual([]);
    const { out } = await runCommands(
      mailCommands((work) => work({ database: side.database, logger: side.logger })),
      ...['mail', 'show', bytesToId(mailId(key)), '--json'],
    );
    expect(JSON.parse(out)).toMatchObject({ state: 'bounced', due_at: null });
  });

  it('keeps its content until it expires, and is what it was from then on', async () => {
    const key = await bounced();
    await lift();
    expect(await side.later(DAY)).toBe(1);
    expect(await side.ledger.find(mailId(key))).toMatchObject({ state: 'bounced', payload: undefined });
    expect((await side.states(key)).at(-1)).toBe('bounced');
    await expect(again(key)).rejects.toThrow('it has expired');
    expect(await side.later(DAY)).toBe(0);
    expect(smtp.accepted).toEqual([]);
  });

  it('has no content any more where its person was erased', async () => {
    const key = await bounced();
    await forgetPerson(side.database, side.hasher, { user_id: newId(), email: ANN, at: new Date() });
    await lift();
    await expect(again(key)).rejects.toThrow('its content is kept no more');
  });

  it('by a report after it was accepted has no content: what a provider takes is emptied at once', async () => {
    const { bounce } = sesNotices(() => smtp.read.at(-1)?.messageId ?? '');
    const key = await side.send();
    await side.providerEvents.handle({ body: bounce('Permanent'), sentAt: new Date() });
    expect(await side.state(key)).toBe('bounced');
    await lift();
    await expect(again(key)).rejects.toThrow('its content is kept no more, as its provider had accepted it');
  });
});
