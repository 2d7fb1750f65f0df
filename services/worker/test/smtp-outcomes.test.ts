import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { DAY, HOUR, type MailSide, MINUTE, openMailSide, SECOND } from './support/mail-side.ts';
import { type Point, type Script, ScriptedSmtp } from './support/scripted-smtp.ts';

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

/** What the ledger says after one try against a server that follows the script. */
async function tryOnce(script: Script): Promise<string | undefined> {
  smtp.script = script;
  const [slow] =
    (Object.entries(script) as [Point, unknown][]).find(
      ([, answer]) => answer === 'silence' || typeof answer === 'object',
    ) ?? [];
  if (!slow) return side.state(await side.send());
  // On a busy machine the time of a try may be over before it comes to that point: then nothing was tried.
  for (;;) {
    const impatient = await openMailSide({ SMTP_URL: smtp.impatientUrl() }, side);
    try {
      const state = await impatient.state(await impatient.send());
      if (smtp.count(slow) > 0) return state;
    } finally {
      await impatient.close();
    }
  }
}

describe('a mail', () => {
  it('is accepted when the server accepts it, and not sent again however much later', async () => {
    const key = await side.send();
    expect(await side.states(key)).toEqual(['sending', 'accepted']);
    await side.later(DAY);
    expect(smtp.read).toHaveLength(1);
  });

  it('keeps nothing of the person in the ledger once it is accepted', async () => {
    await side.send({ to: 'ann@example.com' });
    const rows = [...(await side.database.sql('mails')), ...(await side.database.sql('mail_changes'))];
    expect(JSON.stringify(rows)).not.toMatch(/ann@|Ann/);
  });

  it('is one mail however often its event comes, also at the same time', async () => {
    const key = await side.send();
    await Promise.all(Array.from({ length: 20 }, () => side.send({ key })));
    expect(smtp.read).toHaveLength(1);
  });

  it.each([
    ['421 to RCPT TO', { rcpt: '421 4.3.2 shutting down' }],
    ['450', { rcpt: '450 4.2.0 greylisted' }],
    ['451', { rcpt: '451 4.3.0 local error' }],
    ['452', { rcpt: '452 4.3.1 no space' }],
    ['454', { rcpt: '454 4.7.0 throttled' }],
    ['451 to the body', { dot: '451 4.3.0 try again' }],
    ['552 with 5.2.2, a full mailbox', { rcpt: '552 5.2.2 mailbox full' }],
    ['550 to MAIL FROM, which speaks of us', { mail: '550 5.7.1 who are you' }],
    ['535', { mail: '535 5.7.8 bad credentials' }],
    ['530', { mail: '530 5.7.0 sign in first' }],
    ['554 as greeting', { greeting: '554 no service' }],
    ['no greeting', { greeting: 'silence' }],
    ['a greeting that drips past the time limit', { greeting: { drip: '220 scripted.test', everyMs: 150 } }],
    ['a reset as greeting', { greeting: 'reset' }],
    ['a reset before MAIL FROM is answered', { mail: 'reset' }],
    ['a reset before DATA is answered', { data: 'reset' }],
    ['silence before DATA is answered', { data: 'silence' }],
    [
      'replies that drip past the time limit, before DATA',
      { data: { drip: '354 go on, do, I have all day', everyMs: 150 } },
    ],
    ['552, a full mailbox', { rcpt: '552 too much' }],
    ['550 in words of a full mailbox', { rcpt: '550 mailbox quota exceeded' }],
    ['no SMTP in answer to MAIL FROM', { mail: '<html>Sign in to the network</html>' }],
    ['no SMTP in answer to RCPT TO', { rcpt: 'what was that?' }],
    ['no SMTP in answer to DATA', { data: 'OK' }],
    ['a code that is not a refusal to RCPT TO', { rcpt: '354 go on' }],
    ['a code of no class to RCPT TO', { rcpt: '699 no such user' }],
    ['a code of four digits to RCPT TO', { rcpt: '5501 no such user' }],
    ['503 to RCPT TO, which wants us to sign in', { rcpt: '503 5.5.4 this server requires authentication' }],
    ['503 to DATA', { data: '503 5.5.1 out of step' }],
  ] satisfies [string, Script][])('is deferred on %s', async (_what, script) => {
    expect(await tryOnce(script)).toBe('deferred');
    expect(smtp.accepted).toHaveLength(0);
  });

  it.each([
    ['550 with 5.1.1', { rcpt: '550 5.1.1 no such user' }],
    ['551 with 5.1.6', { rcpt: '551 5.1.6 user has moved' }],
    ['553 with 5.1.3', { rcpt: '553 5.1.3 mailbox name not allowed' }],
    ['554 with 5.2.1, a disabled mailbox', { rcpt: '554 5.2.1 mailbox disabled' }],
  ] satisfies [string, Script][])('bounces and suppresses its address on %s', async (_what, script) => {
    expect(await tryOnce(script)).toBe('bounced');
    smtp.script = {};
    const next = await side.send();
    expect(await side.states(next)).toEqual(['suppressed']);
    expect(smtp.read.length).toBe(smtp.count('dot'));
    expect(smtp.accepted).toHaveLength(0);
  });

  it.each([
    ['550 in words of a mailbox that is not there, without a code', { rcpt: '550 no such user' }],
    ['550 in such words that speak of us', { rcpt: '550 Account not found: please log in' }],
    ['550 with 5.1.1 in words that speak of us', { rcpt: '550 5.1.1 Your account is disabled' }],
    ['550 with 5.1.1 and, in another line, 5.7.1', { rcpt: '550-5.1.1 no such user\r\n550 5.7.1 blocked' }],
    ['550 with 5.1.1 to the body', { dot: '550 5.1.1 no such user' }],
    ['501 in words', { rcpt: '501 no such user' }],
    ['551', { rcpt: '551 user not local' }],
    ['553', { rcpt: '553 mailbox name not allowed' }],
    ['552 of a mail that is too large', { rcpt: '552 message too large' }],
    ['554', { rcpt: '554 transaction failed' }],
    ['554 with 5.7.1 to the body', { dot: '554 5.7.1 looks like spam' }],
    ['550 with 5.7.1, a policy', { rcpt: '550 5.7.1 blocked' }],
    ['a bare 550 of a relay that is set up wrong', { rcpt: '550 relay not permitted' }],
    ['550 to the body without an enhanced code', { dot: '550 rejected as spam' }],
    ['550 to DATA without an enhanced code', { data: '550 rejected by policy' }],
  ] satisfies [string, Script][])('fails on %s, and its address is not to blame', async (_what, script) => {
    expect(await tryOnce(script)).toBe('failed');
    smtp.script = {};
    expect(await side.state(await side.send())).toBe('accepted');
  });

  it.each([
    ['a reset in the body', { 'in-body': 'reset' }],
    ['a reset after the final dot', { dot: 'reset' }],
    ['silence after the final dot', { dot: 'silence' }],
    ['no SMTP after the final dot', { dot: 'thank you' }],
    ['a code that is not a refusal after the final dot', { dot: '354 go on' }],
    ['a code of no class after the final dot', { dot: '699 what' }],
    [
      'a reply after the final dot that drips past the time limit',
      { dot: { drip: '250 2.0.0 queued at last', everyMs: 150 } },
    ],
  ] satisfies [string, Script][])('is unknown on %s', async (_what, script) => {
    expect(await tryOnce(script)).toBe('unknown');
  });

  it('has a history that reports each change with its reason, and quotes neither the address nor its mailbox', async () => {
    smtp.script = { rcpt: (count) => (count === 1 ? '450 4.2.0 <ann@example.com> ann... greylisted' : '250 ok') };
    const key = await side.send();
    await side.later(HOUR);
    const history = await side.ledger.history(mailId(key));
    expect(history.map(({ state, reason }) => `${state}: ${reason}`)).toEqual([
      'sending: to primary',
      'deferred: recipient: 450 4.2.0 <…> …... greylisted',
      'sending: to primary',
      'accepted: 250 2.0.0 queued',
    ]);
  });
});

describe('a server that accepts a whole envelope at once', () => {
  const ehlo = '250-scripted.test\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES';

  it.each([
    ['accepted', {}, 1],
    ['bounced', { rcpt: '550 5.1.1 no such user' }, 0],
    ['bounced', { rcpt: '550 5.1.1 no such user', data: '503 5.5.1 no recipients' }, 0],
    ['deferred', { rcpt: '450 4.2.0 greylisted' }, 0],
    ['deferred', { rcpt: 'what was that?', data: '503 5.5.1 no recipients' }, 0],
    ['deferred', { mail: '550 5.7.1 who are you', rcpt: '503 5.5.1 no sender', data: '503 5.5.1 no recipients' }, 0],
    ['deferred', { data: 'reset' }, 0],
    ['unknown', { dot: 'reset' }, 1],
  ] satisfies [string, Script, number][])('has its mail %s by %j', async (state, script, accepted) => {
    expect(await tryOnce({ ehlo, ...script })).toBe(state);
    expect(smtp.accepted).toHaveLength(accepted);
  });
});

describe('a mail that was deferred', () => {
  it('is tried until the server accepts it', async () => {
    smtp.script = { rcpt: (count) => (count <= 4 ? '451 4.3.0 later' : '250 ok') };
    const key = await side.send();
    for (let hour = 0; hour < 4; hour++) await side.later(HOUR);
    expect(await side.state(key)).toBe('accepted');
    expect(smtp.accepted).toHaveLength(1);
  });

  it('is not tried before its time', async () => {
    smtp.script = { rcpt: '451 4.3.0 later' };
    await side.send();
    expect(await side.later(SECOND)).toBe(0);
  });

  it('expires with its link, and is not mailed after that', async () => {
    smtp.script = { rcpt: '451 4.3.0 later' };
    const key = await side.send();
    smtp.script = {};
    await side.later(DAY + SECOND);
    expect(await side.state(key)).toBe('expired');
    expect(smtp.read).toHaveLength(0);
  });
});

describe('a mail that comes too late', () => {
  it('is not sent at all', async () => {
    const key = await side.send({ expiresAt: new Date(side.clock.now().getTime() - SECOND) });
    expect(await side.states(key)).toEqual(['expired']);
    expect(smtp.count('greeting')).toBe(0);
  });
});

describe('a mail whose fate is unknown', () => {
  it('is sent once more under the same Message-ID and with the same link, if somebody waits for it', async () => {
    smtp.script = { dot: (count) => (count === 1 ? 'reset' : '250 ok') };
    const key = await side.send();
    await side.later(MINUTE);
    expect(await side.states(key)).toEqual(['sending', 'unknown', 'sending', 'accepted']);
    const [first, second] = smtp.read;
    expect(second?.messageId).toBe(first?.messageId);
    expect(linkIn(first?.source)).toMatch(/^[0-9a-f]{8}\.[\w-]{86}$/);
    expect(linkIn(second?.source)).toBe(linkIn(first?.source));
  });

  it('waits for a report of the provider, if it is a notice', async () => {
    smtp.script = { dot: 'reset' };
    const key = await side.send({ mail: 'welcome', data: { first_name: 'Ann' } });
    await side.later(MINUTE);
    expect(smtp.read).toHaveLength(1);
    await side.later(15 * MINUTE);
    expect(smtp.read).toHaveLength(2);
    expect(await side.state(key)).toBe('unknown');
  });

  it('is sent twice more at most, under one Message-ID, if it has a link that somebody waits for', async () => {
    smtp.script = { dot: 'reset' };
    const key = await side.send();
    await side.later(MINUTE);
    await side.later(2 * MINUTE);
    for (let hour = 0; hour < 5; hour++) await side.later(HOUR);
    expect(smtp.read).toHaveLength(3);
    expect(new Set(smtp.read.map(({ messageId }) => messageId)).size).toBe(1);
    expect(await side.state(key)).toBe('unknown');
  });

  it('is sent once more at most, if it is a notice', async () => {
    smtp.script = { dot: 'reset' };
    const key = await side.send({ mail: 'welcome', data: { first_name: 'Ann' } });
    for (let hour = 0; hour < 5; hour++) await side.later(HOUR);
    expect(smtp.read).toHaveLength(2);
    expect(await side.state(key)).toBe('unknown');
  });

  it('stays unknown when its address is suppressed before it is sent again', async () => {
    smtp.script = { dot: 'reset' };
    const key = await side.send();
    const hash = side.hasher.hash('ann@example.com');
    await side.suppressions.add({ hash }, 'manual', { actor: 'test', reason: 'asked for' });
    await side.later(MINUTE);
    expect(await side.states(key)).toEqual(['sending', 'unknown', 'unknown']);
    expect(smtp.read).toHaveLength(1);
  });

  it('stays with its provider, whatever another one could do', async () => {
    const other = await ScriptedSmtp.start();
    const both = await openMailSide(
      { SMTP_URL: smtp.url(), SMTP_FALLBACK_URL: other.url() },
      { test: side.test, clock: side.clock },
    );
    try {
      smtp.script = { dot: 'reset' };
      const key = await both.send();
      smtp.script = { greeting: 'reset' };
      await both.later(MINUTE);
      expect(await both.state(key)).toBe('unknown');
      expect(other.count('greeting')).toBe(0);
      smtp.script = {};
      await both.later(HOUR);
      expect(await both.state(key)).toBe('accepted');
    } finally {
      await both.close();
      await other.close();
    }
  });

  it('counts as a first try that failed when the connection had been idle and was closed', async () => {
    await side.send();
    // The pooled connection is dropped by the server while nothing is under way.
    smtp.script = { mail: (count) => (count === 2 ? 'reset' : '250 ok') };
    const key = await side.send();
    expect(await side.states(key)).toEqual(['sending', 'accepted']);
    expect(smtp.read).toHaveLength(2);
  });
});

function linkIn(source = ''): string | undefined {
  const decoded = source.replace(/=\r\n/g, '');
  return /token=3D([\w-]+\.[\w-]+)/.exec(decoded)?.[1];
}
