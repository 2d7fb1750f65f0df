import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Housekeeping } from '../src/housekeeping.ts';
import { DAY, type MailSide, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

let smtp: ScriptedSmtp;
let side: MailSide;

beforeAll(async () => {
  smtp = await ScriptedSmtp.start();
  side = await openMailSide({ SMTP_URL: smtp.url() });
});
afterAll(async () => {
  await side.close();
  await smtp.close();
});

describe('housekeeping', () => {
  it('deletes mails past their time with their history, and none that is young or waits', async () => {
    const old = await side.send();
    smtp.script = { rcpt: '451 4.3.0 later' };
    const waiting = await side.send({ expiresAt: new Date(Date.now() + 200 * DAY) });
    smtp.script = {};
    side.clock.forward(91 * DAY);
    const young = await side.send();
    const { clock, logger } = side;
    await new Housekeeping(side.database, { mailRetentionMs: 90 * DAY, clock, logger }).round();
    expect(await side.states(old)).toEqual([]);
    expect(await side.state(old)).toBeUndefined();
    expect(await side.state(waiting)).toBe('deferred');
    expect(await side.states(young)).toEqual(['sending', 'accepted']);
  });
});
