import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { type MailSide, openMailSide } from './support/mail-side.ts';
import { type Script, ScriptedSmtp } from './support/scripted-smtp.ts';

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

const lines = { flood: '250-and more\r\n' };
const line = { flood: '250 ok, and more ' };
const blanks = { flood: '\r\n' };

describe('a mail whose server never ends a reply', () => {
  it.each([
    ['the greeting', { greeting: lines }],
    ['EHLO', { ehlo: line }],
    ['MAIL FROM', { mail: line }],
    ['RCPT TO', { rcpt: lines }],
    ['DATA', { data: lines }],
    ['the greeting, with blank lines', { greeting: blanks }],
    ['MAIL FROM, with blank lines', { mail: blanks }],
  ] satisfies [string, Script][])('to %s is deferred, and the history says why', async (_point, script) => {
    smtp.script = script;
    const key = await side.send();
    const last = (await side.ledger.history(mailId(key))).at(-1);
    expect([last?.state, last?.reason]).toEqual(['deferred', 'session: Server response exceeds maximum allowed size']);
  });

  it('after the final dot is unknown', async () => {
    smtp.script = { dot: lines };
    const last = (await side.ledger.history(mailId(await side.send()))).at(-1);
    expect([last?.state, last?.reason]).toEqual(['unknown', 'body: Server response exceeds maximum allowed size']);
  });
});
