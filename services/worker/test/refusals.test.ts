import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MailSide, MINUTE, openMailSide, SECOND } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

let smtp: ScriptedSmtp;
let side: MailSide;

beforeEach(async () => {
  smtp = await ScriptedSmtp.start();
});

afterEach(async () => {
  await side.close();
  await smtp.close();
});

/** People of several domains in turn, none of them bob@example.com's. */
const person = (n: number) => `person${n}@${['a', 'b', 'c', 'd'][n % 4]}.example`;

async function sendMany(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => side.send({ to: person(n) })));
}

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

  it.each(REFUSALS)('is shut off after a few, with its words reported once, and the mails wait: %s', async (rcpt) => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { rcpt };
    const keys: string[] = [];
    for (let n = 0; n < 12; n++) keys.push(await side.send({ to: person(n) }));
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
    const people = Array.from({ length: 12 }, (_, n) => person(n));
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

  it.each(['550 5.1.1 no such user', '550 relay not permitted'])(
    'at one domain alone is not shut off: others get theirs, and mails there wait, reported once, until it accepts them: %s',
    async (rcpt) => {
      side = await openMailSide({ SMTP_URL: smtp.url() });
      smtp.script = { rcpt };
      const people = Array.from({ length: 12 }, (_, n) => `person${n}@company.example`);
      const keys: string[] = [];
      for (const to of people) keys.push(await side.send({ to }));
      const states = await Promise.all(keys.map((key) => side.state(key)));
      expect(states.slice(4)).toEqual(new Array(8).fill('deferred'));
      expect(side.providers.all[0]?.breaker.state).toBe('closed');
      expect(await side.suppressions.list(20)).toEqual([]);
      const warnings = side.logger.lines.filter(({ level }) => level === 'warn');
      expect(warnings).toMatchObject([
        { fields: { domain: 'company.example', reason: expect.stringContaining(rcpt) } },
      ]);

      smtp.script = {};
      expect(await side.state(await side.send({ to: 'bob@example.com' }))).toBe('accepted');
      await side.later(MINUTE);
      for (const key of keys.slice(4)) expect(await side.state(key)).toBe('accepted');
    },
  );

  it('at one domain alone is not shut off by any number of mails there, nor by as many of a second', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    smtp.script = { rcpt: '550 5.1.1 no such user' };
    for (const domain of ['one.example', 'two.example'])
      for (let n = 0; n < 8; n++) await side.send({ to: `person${n}@${domain}` });
    expect(side.providers.all[0]?.breaker.state).toBe('closed');
    await side.send({ to: 'person@three.example' });
    expect(side.providers.all[0]?.breaker.state).toBe('open');
  });

  it('at one domain alone has its mails go by the second provider', async () => {
    const other = await ScriptedSmtp.start();
    side = await openMailSide({ SMTP_URL: smtp.url(), SMTP_FALLBACK_URL: other.url() });
    smtp.script = { rcpt: '550 5.1.1 User unknown in local recipient table' };
    for (let n = 0; n < 8; n++) await side.send({ to: `person${n}@company.example` });
    expect(other.accepted).toHaveLength(4);
    await other.close();
  });

  it('takes an address off the list again whose entry was written though the answer to its COMMIT was lost', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    const { suppressions } = side;
    const add = suppressions.add.bind(suppressions);
    let answers = 0;
    suppressions.add = async (...given) => {
      const added = await add(...given);
      if (answers++ === 0) throw new Error('the connection was lost after COMMIT');
      return added;
    };
    smtp.script = { rcpt: '550 5.1.1 user unknown' };
    for (let n = 0; n < 5; n++) await side.send({ to: person(n) });
    expect(side.providers.all[0]?.breaker.state).toBe('open');
    expect(await suppressions.list(20)).toEqual([]);
  });

  it('at one domain alone, between mails it accepts, silences nobody there either, and others are mailed', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    const people = Array.from({ length: 8 }, (_, n) => `person${n}@company.example`);
    for (const to of people) {
      smtp.script = { rcpt: '550 5.1.1 User unknown in local recipient table' };
      await side.send({ to });
      smtp.script = {};
      expect(await side.state(await side.send({ to: 'bob@example.com' }))).toBe('accepted');
    }
    expect(side.providers.all[0]?.breaker.state).toBe('closed');
    expect(await side.suppressions.list(20)).toEqual([]);
    for (const to of people) expect(await side.state(await side.send({ to }))).toBe('accepted');
  });

  it('silences nobody by another replica either, which met too few refusals to know', async () => {
    side = await openMailSide({ SMTP_URL: smtp.url() });
    const replica = await openMailSide({ SMTP_URL: smtp.url() }, side);
    await side.send({ to: 'bob@example.com' });
    side.clock.forward(SECOND);
    smtp.script = { rcpt: '550 5.1.1 user unknown' };
    await replica.send({ to: 'early@example.com' });
    await sendMany(12);
    await replica.send({ to: 'late@example.com' });
    smtp.script = {};
    expect(await replica.state(await replica.send({ to: 'kim@example.com' }))).toBe('accepted');
    side.providers.start();
    side.clock.forward(MINUTE);
    await expect.poll(() => side.providers.all[0]?.breaker.state).toBe('half-open');
    await side.send({ to: 'kim@example.com' });
    expect(await side.suppressions.list(20)).toEqual([]);
    await replica.close();
  });

  it('undoes nothing that it was right about before it accepted mail, or that a person decided', async () => {
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

  it('for now is reported with its words and how often, though mails wait for it as they should', async () => {
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

  it('for its sender is reported with its words at once, and once a minute while it lasts', async () => {
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

describe('an address that is refused in words that decide nothing', () => {
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
