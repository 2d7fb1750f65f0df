import { bytesToId } from '@postern/runtime';
import { runCommands } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mailCommands } from '../src/commands/mail-commands.ts';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { type MailSide, openMailSide, TEST_SECRETS } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

let smtp: ScriptedSmtp;
let side: MailSide;

beforeEach(async () => {
  vi.stubEnv('RECIPIENT_KEY', TEST_SECRETS.RECIPIENT_KEY);
  smtp = await ScriptedSmtp.start();
  side = await openMailSide({ SMTP_URL: smtp.url() });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await side.close();
  await smtp.close();
});

const run = (...args: string[]) =>
  runCommands(
    mailCommands((work) => work({ database: side.database, logger: side.logger })),
    'mail',
    ...args,
  );

/** A mail that waits for its next try, and one that was accepted. */
async function two(): Promise<{ waiting: string; accepted: string }> {
  smtp.script = { rcpt: '451 4.3.0 later' };
  const waiting = await side.send();
  smtp.script = {};
  const accepted = await side.send();
  return { waiting: bytesToId(mailId(waiting)), accepted: bytesToId(mailId(accepted)) };
}

describe('the commands about mails', () => {
  it('find a mail by recipient and by state, and never show the address', async () => {
    const { waiting, accepted } = await two();
    const address = smtp.accepted[0]?.to ?? 'ann@example.com';
    const ofAnn = JSON.parse((await run('find', address, '--json')).out) as { id: string }[];
    expect(ofAnn.map(({ id }) => id).toSorted()).toEqual([waiting, accepted].toSorted());
    const { out } = await run('find', '--state', 'deferred');
    expect(out).toMatch(new RegExp(`^ID .*NEXT TRY\\n${waiting} .*deferred .*Z$`));
    expect(out).not.toContain(address);
    expect((await run('find', 'nobody@example.com')).out).toBe('none');
    expect(await run('find', '--state', 'lost')).toMatchObject({ code: 2 });
  });

  it('show what became of a mail, with what the server said', async () => {
    const { waiting } = await two();
    const shown = await run('show', waiting);
    expect(shown.out).toMatch(/state +deferred[\s\S]*deferred +.*451 4\.3\.0 later/);
    expect(JSON.parse((await run('show', waiting, '--json')).out).timeline.at(-1)).toMatchObject({ state: 'deferred' });
    expect(await run('show', bytesToId(mailId('no such key')))).toMatchObject({ code: 1 });
    expect(await run('show', 'ann')).toMatchObject({ code: 2 });
  });

  it('try a mail that waits at once, and send none a second time', async () => {
    const { waiting, accepted } = await two();
    expect(await run('retry', waiting, '--by', 'kim')).toMatchObject({ code: 0 });
    expect(side.logger.lines.at(-1)).toMatchObject({ fields: { mail_id: waiting, by: 'kim' } });
    // A command goes by the real time.
    await side.later(Date.now() - side.clock.now().getTime() + 1);
    const { state, timeline } = JSON.parse((await run('show', waiting, '--json')).out);
    expect(state).toBe('accepted');
    expect(timeline).toContainEqual(expect.objectContaining({ state: 'deferred', reason: 'due at once, by kim' }));
    expect(await run('retry', accepted)).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('it is accepted: only one that is queued or deferred'),
    });
    expect(smtp.accepted).toHaveLength(2);
  });
});
