import { newId } from '@postern/runtime';
import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetPerson } from '../src/mail/delivery/ledger/forget-person.ts';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { dkimKeys, readDkimSignature } from './support/dkim.ts';
import { type MailSide, MINUTE, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

let smtp: ScriptedSmtp;
let side: MailSide;

beforeEach(async () => {
  smtp = await ScriptedSmtp.start();
});
afterEach(async () => {
  await side?.close();
  await smtp.close();
});

async function sent(env: Record<string, string> = {}, to = 'ann@example.com') {
  side = await openMailSide({ SMTP_URL: smtp.url(), ...env });
  await side.send({ to });
  return simpleParser(`${smtp.read.at(-1)?.source ?? ''}\r\n`);
}

describe('a mail as it goes out', () => {
  it('reports that no person wrote it, whom complaints belong to, when it was made and which mail it is', async () => {
    const mail = await sent();
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail.headers.get('feedback-id')).toBe('verification:transactional:mail.example.com:postern');
    expect(mail.messageId).toMatch(/^<[0-9a-f]{32}@mail\.example\.com>$/);
    expect(Math.abs((mail.date?.getTime() ?? 0) - Date.now())).toBeLessThan(MINUTE);
    expect(mail.headers.has('x-mailer')).toBe(false);
  });

  it('is signed by DKIM when a key is set, over its body and all of its headers that providers leave as they are', async () => {
    const { dkim, publicKey } = await dkimKeys();
    await sent(dkim);
    const signature = readDkimSignature(smtp.read.at(-1)?.source ?? '', publicKey);
    expect(signature).toMatchObject({ d: 'example.com', s: 'postern', a: 'rsa-sha256', body: 'good', headers: 'good' });
    expect(signature.h.split(':')).toEqual(expect.arrayContaining(['from', 'to', 'subject']));
    expect(signature.h).not.toMatch(/date|message-id/);
  });

  it('goes to an address in any script, where the server accepts them', async () => {
    await sent({}, 'żółw@example.com');
    expect(smtp.accepted).toHaveLength(1);
    expect(smtp.read[0]?.from).toMatch(/SMTPUTF8/);
    expect(smtp.read[0]?.to).toBe('żółw@example.com');
  });

  it('does not go raw to an address in another script, where the server does not accept them: it fails and reports why', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { ehlo: '250-scripted.test\r\n250 8BITMIME' };
    const key = await side.send({ to: 'żółw@example.com' });
    expect(await side.states(key)).toEqual(['sending', 'failed']);
    expect((await side.ledger.history(mailId(key))).at(-1)?.reason).toContain('SMTPUTF8 (RFC 6531)');
    expect(smtp.count('mail')).toBe(0);
    await expect.poll(() => smtp.connections).toBe(0);
    expect(await side.state(await side.send({ to: 'ann@grüße.example' }))).toBe('accepted');
  });

  it('waits where the server cannot be asked whether it accepts an address in another script', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { greeting: '421 4.3.2 shutting down' };
    expect(await side.state(await side.send({ to: 'żółw@example.com' }))).toBe('deferred');
    expect(smtp.count('mail')).toBe(0);
  });

  it('is not held against the provider when it cannot be asked for that, and others get their mails', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { greeting: '421 4.3.2 too many connections' };
    for (let n = 0; n < 8; n++) await side.send({ to: `żółw${n}@example.com` });
    expect(side.providers.all[0]?.breaker.state).toBe('closed');
    smtp.script = {};
    expect(await side.state(await side.send({ to: 'ann@example.com' }))).toBe('accepted');
    for (let round = 0; round < 4; round++) await side.later(MINUTE);
    expect(smtp.accepted).toHaveLength(9);
  });

  it('is asked for that once, however many mails need it', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    for (let n = 0; n < 5; n++) await side.send({ to: `żółw${n}@example.com` });
    expect(smtp.accepted).toHaveLength(5);
    expect(smtp.count('ehlo')).toBe(2);
  });

  it.each(['ann@example.com\r\nBcc: eve@example.com', 'ann@example.com, eve@example.com', 'eve@example.com>\r\nDATA'])(
    'goes nowhere for an address that would be more than one: %j',
    async (to) => {
      side = await openMailSide({ SMTP_URL: smtp.url() });
      expect(await side.state(await side.send({ to }))).toBe('failed');
      expect(smtp.count('mail')).toBe(0);
    },
  );

  it('has no header that its data brought', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    await side.send({
      mail: 'welcome',
      data: { first_name: 'Ann\r\nBcc: eve@example.com\r\n\r\n<script>' },
    });
    const mail = await simpleParser(smtp.read[0]?.source ?? '');
    expect(mail.bcc).toBeUndefined();
    expect(mail.headers.has('bcc')).toBe(false);
  });
});

describe('STARTTLS', () => {
  it('is required: a server that has none gets no mail and no password', async () => {
    side = await openMailSide({ SMTP_URL: `smtp://user:secret@127.0.0.1:${smtp.port}` });
    expect(await side.state(await side.send())).toBe('deferred');
    expect(smtp.count('auth')).toBe(0);
    expect(smtp.count('mail')).toBe(0);
  });
});

describe('an erased person', () => {
  it.each([
    ['', newId()],
    [' of an event whose id says nothing of its time', 'f47ac10b-58cc-4372-a567-0e02b2c3d479'],
  ])('has nothing left in the ledger, and no mail%s that waited is sent', async (_whose, event) => {
    smtp.script = { rcpt: '451 4.3.0 later' };
    side = await openMailSide({ SMTP_URL: smtp.url() });
    const key = await side.send({ key: `${event}/send-verification/verification` });
    await forgetPerson(side.database, side.hasher, { user_id: newId(), email: 'ANN@example.com', at: new Date() });
    expect(JSON.stringify(await side.database.sql('mails'))).not.toMatch(/ann@|Ann/i);
    smtp.script = {};
    await side.later(60 * MINUTE);
    expect(await side.state(key)).toBe('failed');
    expect(smtp.accepted).toHaveLength(0);
  });

  it('takes nothing from whoever signs up with the address later, however late it is heard', async () => {
    smtp.script = { rcpt: '451 4.3.0 later' };
    side = await openMailSide({ SMTP_URL: smtp.url() });
    const erased = { user_id: newId(), email: 'ann@example.com', at: new Date(Date.now() - MINUTE) };
    const key = await side.send();
    // By the clock of this database, which is behind the gateway's.
    await side.database.sql('mails').update({ created_at: new Date(Date.now() - 2 * MINUTE) });
    await forgetPerson(side.database, side.hasher, erased);
    smtp.script = {};
    await side.later(60 * MINUTE);
    expect(await side.state(key)).toBe('accepted');
  });

  it('has nothing left of an address that they had before, either', async () => {
    smtp.script = { rcpt: '451 4.3.0 later' };
    side = await openMailSide({ SMTP_URL: smtp.url() });
    const person = { user_id: newId(), email: 'ann@new.example', at: new Date() };
    const at = new Date().toISOString();
    const data = {
      first_name: 'Ann',
      email: person.email,
      old_email: 'ann@example.com',
      at,
      device: null,
      network: null,
    };
    const key = await side.send({ mail: 'email-changed', userId: person.user_id, data });
    await side.suppressions.add({ hash: side.hasher.hash('ann@example.com'), address: 'ann@example.com' }, 'bounced', {
      actor: 'kim',
      reason: 'gone',
    });
    await forgetPerson(side.database, side.hasher, person);
    expect(JSON.stringify([await side.database.sql('mails'), await side.database.sql('suppressions')])).not.toMatch(
      /ann/i,
    );
    smtp.script = {};
    await side.later(60 * MINUTE);
    expect(await side.state(key)).toBe('failed');
  });
});
