import { toDate } from '@postern/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
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

it('a mail for which no connection is free in time was not tried, and waits no longer the next time', async () => {
  // A try may take 80 s, of which waiting for a connection has half a second.
  side = await openMailSide({ SMTP_URL: smtp.url('connections=1&send_timeout_ms=79500'), MAIL_LEASE_MS: '100000' });
  const released = Promise.withResolvers<void>();
  smtp.script = { rcpt: { say: '250 2.1.5 ok', when: released.promise } };
  const first = side.send({ to: 'first@example.com' });
  await vi.waitUntil(() => smtp.count('rcpt') === 1, { timeout: 120_000 });

  const second = await side.send({ to: 'second@example.com' });

  expect(await side.ledger.find(mailId(second))).toMatchObject({ state: 'deferred', attempts: 0 });
  expect(await side.later(15 * SECOND)).toBe(1);
  expect(await side.ledger.find(mailId(second))).toMatchObject({ state: 'deferred', attempts: 0 });

  released.resolve();
  await first;
  await side.later(15 * SECOND);
  expect(await side.ledger.find(mailId(second))).toMatchObject({ state: 'accepted', attempts: 1 });
});

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

  it('has each mail that waits for it say what the provider said', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { mail: '530 5.7.0 sign in first' };
    await sendMany(30);
    const key = await side.send();
    const reasons = (await side.ledger.history(mailId(key))).map(({ reason }) => reason);
    expect(reasons.at(-1)).toMatch(/^no mail provider works at the moment \(primary: .*530 5\.7\.0 sign in first\)$/);
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

  it('counts no mail as tried that it kept back, so that none waits longer the longer it was shut', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    const [provider] = side.providers.all;
    provider?.breaker.failed(true);
    const keys = await sendMany(30);
    const mails = () => Promise.all(keys.map((key) => side.ledger.find(mailId(key))));
    smtp.script = { mail: '530 5.7.0 sign in first' };
    side.providers.start();
    for (let probes = 1; probes <= 4; probes++) {
      side.clock.forward(MINUTE);
      await expect.poll(() => provider?.breaker.state).toBe('half-open');
      while (provider?.breaker.state === 'half-open') await side.later(SECOND);
    }
    const tries = (await mails()).map((mail) => mail?.attempts ?? Number.NaN);
    expect(tries.reduce((sum, attempts) => sum + attempts)).toBe(smtp.count('mail'));

    smtp.script = {};
    side.clock.forward(MINUTE);
    await expect.poll(() => provider?.breaker.state).toBe('half-open');
    for (let rounds = 0; rounds < 4; rounds++) await side.later(2 * SECOND);
    const waiting = (await mails()).filter((mail) => mail?.state !== 'accepted');
    expect(waiting.filter((mail) => mail?.attempts === 0)).toEqual([]);
  });

  it('treats a server that drips its replies as one that does not work, and the probe ends with its connection', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url('send_timeout_ms=700') });
    smtp.script = { ehlo: { drip: `250 scripted.test, ${'in its own good time '.repeat(1_000)}`, everyMs: 150 } };
    side.providers.start();
    await expect.poll(() => side.providers.all[0]?.breaker.state).toBe('open');
    expect(side.logger.lines.map(({ fields }) => fields.reason)).toContain('the server did not answer in time');
    await expect.poll(() => smtp.connections).toBe(0);
  });

  it('stays closed whatever is reported of one recipient, and of many between mails that are accepted', async () => {
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
    ['says 450 of us', { rcpt: '450 4.7.1 Client host rejected: cannot find your reverse hostname' }],
    ['says 503', { rcpt: '503 5.5.4 this server requires authentication' }],
    ['does not speak SMTP', { rcpt: '<html>Sign in to the network</html>' }],
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
    ['the recipient is greylisted by policy', { rcpt: '450 4.7.1 Greylisted, please come back' }],
  ])('does not get it when %s', async (_what, script) => {
    smtp.script = script;
    await side.send();
    expect(other.count('greeting')).toBe(0);
  });

  it('gets the mails that the first puts off whoever they are for, and somebody hears of it', async () => {
    smtp.script = { rcpt: '450 4.2.0 mailbox unavailable' };
    const keys = [];
    for (let n = 0; n < 6; n++) keys.push(await side.send({ to: `person${n}@${n % 3}.example.com` }));
    expect(other.accepted.map(({ to }) => to)).toEqual(['person4@1.example.com', 'person5@2.example.com']);
    expect(
      side.logger.lines.filter(({ message }) => message.startsWith('the mail provider does not work')),
    ).toHaveLength(1);
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
