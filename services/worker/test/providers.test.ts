import { toDate } from '@postern/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailId } from '../src/mail/ledger/mail-identity.ts';
import { type MailSide, MINUTE, openMailSide, SECOND } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

let smtp: ScriptedSmtp;
let other: ScriptedSmtp;
let side: MailSide;

beforeEach(async () => {
  smtp = await ScriptedSmtp.start();
  other = await ScriptedSmtp.start();
});

afterEach(async () => {
  await side.close();
  await smtp.close();
  await other.close();
});

async function sendMany(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => side.send({ to: `person${index}@example.com` })));
}

describe('the breaker', () => {
  it.each([
    ['a refused password', { auth: '535 5.7.8 bad credentials' }],
    ['a demand to sign in', { mail: '530 5.7.0 sign in first' }],
    ['broken connections', { greeting: 'reset' as const }],
  ])('opens within 20 attempts on %s, and closes again', async (_what, script) => {
    side = await openMailSide({ SMTP_URL: smtp.url().replace('smtp://', 'smtp://user:secret@') });
    smtp.script = script;
    const keys = await sendMany(100);
    expect(smtp.count('greeting')).toBeLessThanOrEqual(20);
    expect(() => side.providers.check()).toThrow(/no mail provider works/);

    const [provider] = side.providers.all;
    smtp.script = {};
    side.providers.start();
    side.clock.forward(MINUTE);
    await expect.poll(() => provider?.breaker.state).toBe('half-open');
    side.clock.forward(MINUTE);
    await side.due.round();
    expect(provider?.breaker.state).toBe('closed');
    for (let round = 0; round < 5; round++) await side.later(MINUTE);
    for (const key of keys) expect(await side.state(key)).toBe('accepted');
    expect(smtp.accepted).toHaveLength(100);
  });

  it('lets one mail through as the probe, and opens again when that fails', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { mail: '530 5.7.0 sign in first' };
    await sendMany(30);
    side.providers.start();
    side.clock.forward(MINUTE);
    await expect.poll(() => side.providers.all[0]?.breaker.state).toBe('half-open');
    const before = smtp.count('mail');
    await side.later(SECOND);
    expect(smtp.count('mail')).toBe(before + 1);
    expect(side.providers.all[0]?.breaker.state).toBe('open');
  });

  it('takes a server that drips its replies for one that does not work, and the probe ends', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url('send_timeout_ms=700') });
    smtp.script = { ehlo: { drip: '250 scripted.test, in its own good time', everyMs: 150 } };
    await side.providers.verify();
    expect(side.providers.all[0]?.breaker.state).toBe('open');
    expect(side.logger.lines.map(({ fields }) => fields.reason)).toContain('the server did not answer in time');
  });

  it('stays closed whatever is said of one recipient, and of many between mails that are accepted', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    for (let n = 0; n < 12; n++) {
      smtp.script = { rcpt: '550 5.1.1 no such user' };
      await side.send({ to: `person${n}@example.com` });
      if (n % 3 < 2) continue;
      smtp.script = {};
      await side.send({ to: 'bob@example.com' });
    }
    smtp.script = { rcpt: '550 relay not permitted' };
    for (let n = 0; n < 8; n++) await side.send({ to: 'ann@example.com' });
    expect(side.providers.all[0]?.breaker.state).toBe('closed');
    expect(await side.suppressions.list(20)).toHaveLength(12);
  });
});

describe('a provider that refuses every recipient', () => {
  const REFUSALS = [
    '550 relay not permitted',
    '550 authentication required',
    '550 no',
    '554 5.7.1 Relay access denied',
    '550 no such user',
    '550 Your account is disabled',
    '550 5.1.1 Your account is disabled',
  ];

  it.each(REFUSALS)('is shut off after a few, with its words said once, and the mails wait: %s', async (rcpt) => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { rcpt };
    const keys: string[] = [];
    for (let n = 0; n < 12; n++) keys.push(await side.send({ to: `person${n}@example.com` }));
    const states = await Promise.all(keys.map((key) => side.state(key)));
    expect(states.filter((state) => state === 'failed')).toHaveLength(4);
    expect(states.slice(4).every((state) => state === 'deferred' || state === 'queued')).toBe(true);
    const warnings = side.logger.lines.filter(({ level }) => level === 'warn');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.fields.reason).toContain(rcpt);
    expect(await side.suppressions.list(10)).toEqual([]);

    smtp.script = {};
    side.providers.start();
    side.clock.forward(MINUTE);
    await expect.poll(() => side.providers.all[0]?.breaker.state).toBe('half-open');
    for (let round = 0; round < 12; round++) await side.later(MINUTE);
    for (const key of keys.slice(4)) expect(await side.state(key)).toBe('accepted');
  });

  it.each([
    ['one after the other', 1],
    ['at the same time', 12],
  ])('under a code of the mailbox is shut off as well, and silences nobody, %s', async (_what, together) => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { rcpt: '550 5.1.1 user unknown' };
    const people = Array.from({ length: 12 }, (_, n) => `person${n}@example.com`);
    for (let n = 0; n < people.length; n += together) {
      await Promise.all(people.slice(n, n + together).map((to) => side.send({ to })));
    }
    expect(side.providers.all[0]?.breaker.state).toBe('open');
    expect((await side.ledger.counts(new Date(0))).get('bounced')).toBeLessThanOrEqual(4);
    expect(await side.suppressions.list(20)).toEqual([]);
    const warnings = side.logger.lines.filter(({ level }) => level === 'warn');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.fields.reason).toContain('550 5.1.1 user unknown');

    smtp.script = {};
    side.providers.start();
    side.clock.forward(MINUTE);
    await expect.poll(() => side.providers.all[0]?.breaker.state).toBe('half-open');
    for (let round = 0; round < 12; round++) await side.later(MINUTE);
    for (const to of people) expect(await side.state(await side.send({ to }))).toBe('accepted');
  });

  it('takes nothing back that it was right about before it accepted mail, or that a person decided', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { rcpt: '550 5.1.1 user unknown' };
    await side.send({ to: 'typo@example.com' });
    smtp.script = {};
    await side.send({ to: 'bob@example.com' });
    const kim = { hash: side.hasher.hash('kim@example.com') };
    await side.suppressions.add(kim, 'manual', { actor: 'lee', reason: 'asked for' });
    smtp.script = { rcpt: '550 5.1.1 user unknown' };
    await sendMany(12);
    expect(await side.suppressions.has(side.hasher.hash('typo@example.com'))).toBe(true);
    expect(await side.suppressions.has(kim.hash)).toBe(true);
    expect(await side.suppressions.list(20)).toHaveLength(2);
  });

  it('silences nobody for good, however seldom it is wrong', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    for (let n = 0; n < 6; n++) {
      smtp.script = { rcpt: '550 5.1.1 user unknown' };
      await side.send({ to: `person${n}@example.com` });
      smtp.script = {};
      await side.send({ to: 'bob@example.com' });
    }
    expect(await side.state(await side.send({ to: 'person0@example.com' }))).toBe('suppressed');
    side.clock.forward(31 * 24 * 60 * MINUTE);
    for (let n = 0; n < 6; n++) {
      expect(await side.state(await side.send({ to: `person${n}@example.com` }))).toBe('accepted');
    }
  });

  it('for now is said with its words and how often, though mails wait for it as they should', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { rcpt: '451 4.3.0 Local error in processing' };
    await sendMany(12);
    side.clock.forward(2 * MINUTE);
    await side.send({ to: 'late@example.com' });
    const warnings = side.logger.lines.filter(({ level }) => level === 'warn');
    const fields = { provider: 'primary', reason: expect.stringContaining('451 4.3.0 Local error') };
    expect(warnings.map((line) => line.fields)).toMatchObject([fields, { ...fields, times: 8 }]);
  });

  it('fails no mail that is its probe', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { rcpt: '550 relay not permitted' };
    await sendMany(12);
    side.providers.start();
    for (let round = 0; round < 4; round++) {
      side.clock.forward(MINUTE);
      await expect.poll(() => side.providers.all[0]?.breaker.state).toBe('half-open');
      await side.due.round();
    }
    expect((await side.ledger.counts(new Date(0))).get('failed')).toBeLessThanOrEqual(4);
  });

  it('for its sender is said with its words at once, and once a minute while it lasts', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { mail: '550 5.7.1 <hello@mail.example.com> may not send' };
    side.providers.start();
    for (let n = 0; n < 10; n++) {
      await side.send({ to: `person${n}@example.com` });
      await side.later(10 * SECOND);
    }
    const warnings = side.logger.lines.filter(({ level }) => level === 'warn');
    expect(warnings[0]).toMatchObject({
      fields: { provider: 'primary', reason: expect.stringContaining('may not send') },
    });
    expect(JSON.stringify(warnings)).not.toContain('hello@');
    expect(warnings.length).toBeLessThanOrEqual(3);
  });
});

describe('an address that is refused in no words that tell', () => {
  async function refusedOn(days: number): Promise<void> {
    for (let day = 0; day < days; day++) {
      smtp.script = {};
      await side.send({ to: 'bob@example.com' });
      smtp.script = { rcpt: '550 Requested action not taken: mailbox unavailable' };
      for (let n = 0; n < 3; n++) await side.send();
      side.clock.forward(24 * 60 * MINUTE);
    }
    smtp.script = {};
  }

  it('is not suppressed however often that is on two days', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    await refusedOn(2);
    expect(await side.state(await side.send())).toBe('accepted');
  });

  it('is suppressed for a while when it is on a third', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    await refusedOn(3);
    expect(await side.state(await side.send())).toBe('suppressed');
    side.clock.forward(15 * 24 * 60 * MINUTE);
    expect(await side.state(await side.send())).toBe('accepted');
  });
});

describe('a second provider', () => {
  beforeEach(async () => {
    side = await openMailSide({ SMTP_URL: smtp.url(), SMTP_FALLBACK_URL: other.url() });
  });

  it.each([
    ['cannot be reached', { greeting: 'reset' as const }],
    ['refuses the password or wants one', { mail: '530 5.7.0 sign in first' }],
    ['breaks off before the body', { data: 'reset' as const }],
    ['says 421', { rcpt: '421 4.3.2 shutting down' }],
    ['says 454', { rcpt: '454 4.7.0 throttled' }],
  ])('gets the mail when the first %s', async (_what, script) => {
    smtp.script = script;
    const key = await side.send();
    expect(await side.state(key)).toBe('accepted');
    expect(other.accepted).toHaveLength(1);
    expect((await side.ledger.find(mailId(key)))?.provider).toBe('fallback');
  });

  it.each([
    ['the fate is unknown', { dot: 'reset' as const }],
    ['there is no such recipient', { rcpt: '550 5.1.1 no such user' }],
    ['the mail is refused', { dot: '554 5.7.1 spam' }],
    ['the recipient is greylisted', { rcpt: '450 4.2.0 greylisted' }],
  ])('does not get it when %s', async (_what, script) => {
    smtp.script = script;
    await side.send();
    expect(other.count('greeting')).toBe(0);
  });

  it('does not hurry a mail that waits for the first: it is looked at when that one is probed', async () => {
    smtp.script = { dot: 'reset' };
    const key = await side.send();
    side.clock.forward(MINUTE);
    const [first] = side.providers.all;
    first?.breaker.failed(true);
    await side.due.round();
    expect(await side.state(key)).toBe('unknown');
    const due = toDate((await side.database.sql('mails').first('due_at')).due_at)?.getTime();
    expect(due).toBeGreaterThanOrEqual(first?.breaker.retryAt.getTime() ?? Number.NaN);
    expect(other.count('greeting')).toBe(0);
  });

  it('gets all mails at once while the breaker of the first is open', async () => {
    smtp.script = { mail: '530 5.7.0 sign in first' };
    await sendMany(5);
    const tries = smtp.count('mail');
    await sendMany(20);
    expect(smtp.count('mail')).toBe(tries);
    expect(other.accepted).toHaveLength(25);
  });
});
