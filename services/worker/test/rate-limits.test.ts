import { type Database, FakeClock } from '@postern/runtime';
import { openPatiently, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { RateLimits, type RateRule } from '../src/mail/delivery/rate-limits.ts';
import { RateGrants } from '../src/policies/rate-grants.ts';
import { SharedRates } from '../src/policies/shared-rates.ts';
import { DAY, HOUR, type MailSide, MINUTE, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

describe('a rate limit', () => {
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

  /** Opens the mail side a minute into an hour, so that no window ends while a test sends. */
  async function openInHour(env: Record<string, string>): Promise<MailSide> {
    const opened = await openMailSide({ SMTP_URL: smtp.url(), ...env });
    opened.clock.forward(HOUR - (opened.clock.now().getTime() % HOUR) + MINUTE);
    return opened;
  }

  it('holds for all replicas together, and holds back what is above it', async () => {
    const env = { SMTP_URL: smtp.url(), MAIL_DOMAIN_RATES: 'example.com=10/1h' };
    side = await openInHour(env);
    const replica = await openMailSide(env, { test: side.test, clock: side.clock });
    try {
      const keys = await Promise.all(
        Array.from({ length: 30 }, (_, index) => (index % 2 ? side : replica).send({ to: `p${index}@example.com` })),
      );
      expect(smtp.accepted).toHaveLength(10);
      const states = await Promise.all(keys.map((key) => side.state(key)));
      expect(states.filter((state) => state === 'queued')).toHaveLength(20);
      await side.later(61 * MINUTE);
      await side.later(61 * MINUTE);
      expect(smtp.accepted).toHaveLength(30);
    } finally {
      await replica.close();
    }
  });

  it('of one domain leaves the others alone', async () => {
    side = await openInHour({ MAIL_DOMAIN_RATES: 'slow.example=1/1h' });
    const slow = [await side.send({ to: 'a@slow.example' }), await side.send({ to: 'b@slow.example' })];
    const fast = [await side.send({ to: 'a@fast.example' }), await side.send({ to: 'b@fast.example' })];
    expect(await Promise.all(slow.map((key) => side.state(key)))).toEqual(['accepted', 'queued']);
    expect(await Promise.all(fast.map((key) => side.state(key)))).toEqual(['accepted', 'accepted']);
  });

  it('of one domain leaves the places of its provider to the others', async () => {
    side = await openInHour({ MAIL_DOMAIN_RATES: 'slow.example=1/1h', MAIL_PROVIDER_RATES: 'primary=3/1h' });
    for (let index = 0; index < 10; index++) await side.send({ to: `p${index}@slow.example` });
    const fast = [await side.send({ to: 'a@fast.example' }), await side.send({ to: 'b@fast.example' })];
    expect(await Promise.all(fast.map((key) => side.state(key)))).toEqual(['accepted', 'accepted']);
  });

  it('of the second provider holds for the mails that come over to it', async () => {
    side = await openInHour({ SMTP_FALLBACK_URL: other.url(), MAIL_PROVIDER_RATES: 'fallback=3/1h' });
    smtp.script = { rcpt: '421 4.3.2 shutting down' };
    const keys = await sendMany(10);
    expect(other.accepted).toHaveLength(3);
    const states = await Promise.all(keys.map((key) => side.state(key)));
    expect(states.filter((state) => state === 'deferred')).toHaveLength(7);
  });

  it('of a provider counts every mail', async () => {
    side = await openInHour({ MAIL_PROVIDER_RATES: 'primary=3/1h' });
    await sendMany(10);
    expect(smtp.accepted).toHaveLength(3);
  });
});

describe('the places of rate limits', () => {
  let test: TestDatabase;
  let clock: FakeClock;
  const opened: Database[] = [];

  beforeEach(async () => {
    test = await testDatabase('rates', migrations);
    clock = new FakeClock('2026-01-01T12:00:10Z');
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
    await test.close();
  });

  type Rules = Record<string, RateRule>;

  /** A replica's limits, over a connection of its own. */
  function replica(rules: { providers?: Rules; domains?: Rules }, its = clock): RateLimits {
    const database = openPatiently(test.url, { poolSize: 1 });
    opened.push(database);
    return new RateLimits(new SharedRates(database, its), {
      providers: new Map(Object.entries(rules.providers ?? {})),
      domains: new Map(Object.entries(rules.domains ?? {})),
    });
  }

  /** How many of so many mails, all at once, get a place. */
  async function granted(count: number, limits: RateLimits, domain = 'a.example', provider = 'main'): Promise<number> {
    const answers = await Promise.all(Array.from({ length: count }, () => limits.take(provider, domain)));
    return answers.filter((denial) => denial === undefined).length;
  }

  const rows = () => test.database.sql('mail_rates');
  const perHour = (max: number): RateRule => ({ max, windowMs: HOUR });
  const perMinute = (max: number): RateRule => ({ max, windowMs: MINUTE });

  it.each([1, 2, 19, 21, 200])('are %i in a window, however many replicas ask at once', async (max) => {
    const rules = { providers: { main: perHour(max) } };
    const counts = await Promise.all([granted(200, replica(rules)), granted(200, replica(rules))]);
    expect(counts[0] + counts[1]).toBe(max);
  });

  it('are there again when the window has passed, at the time that a denial names', async () => {
    const limits = replica({ providers: { main: perHour(1) } });
    await limits.take('main', 'a.example');
    expect(await limits.take('main', 'a.example')).toEqual({
      limit: 'provider main',
      at: new Date('2026-01-01T13:00:00Z'),
    });
    await clock.advance(HOUR);
    expect(await limits.take('main', 'a.example')).toBeUndefined();
  });

  it('are asked for a few times, and not for ever, where the database takes longer than their window', async () => {
    let asked = 0;
    const sql = (name: string) => {
      asked += 1;
      clock.set(600);
      return test.database.sql(name);
    };
    const slow = new SharedRates(Object.create(test.database, { sql: { value: sql } }), clock);
    const { denial } = await slow.take('slow', { max: 10, windowMs: 1_000 });
    expect(denial?.at).toEqual(new Date(clock.now().getTime() + 1_000));
    expect(asked).toBeLessThan(20);
  });

  it('cost no statement where no rule is set', async () => {
    const limits = replica({ providers: { other: perHour(1) }, domains: { 'b.example': perHour(1) } });
    const statements: string[] = [];
    opened[0]?.sql.on('query', ({ sql }: { sql: string }) => statements.push(sql));
    expect(await limits.take('main', 'a.example')).toBeUndefined();
    expect(statements).toEqual([]);
  });

  it('of a provider are not used up by mails whose domain has none', async () => {
    const limits = replica({ providers: { main: perHour(5) }, domains: { 'slow.example': perHour(1) } });
    expect(await granted(20, limits, 'slow.example')).toBe(1);
    expect(await granted(20, limits, 'fast.example')).toBe(4);
  });

  it('of a domain are given back when the provider has none, also while a further share is asked for', async () => {
    const limits = replica({ providers: { main: perMinute(10) }, domains: { 'a.example': perHour(25) } });
    const counts: number[] = [];
    for (let minute = 0; minute < 4; minute++) {
      counts.push(await granted(30, limits));
      await clock.advance(MINUTE);
    }
    expect(counts).toEqual([10, 10, 5, 0]);
  });

  it('of a window that has passed do not add to the next when they are given back', async () => {
    const limits = replica({ providers: { full: perHour(1) }, domains: { 'a.example': perMinute(40) } });
    await limits.take('full', 'a.example');
    // The provider has to write its row again, which takes longer than the domain's new window.
    await rows().where({ name: 'provider full' }).delete();
    const inFlight = limits.take('full', 'a.example');
    await clock.advance(MINUTE);
    expect(await limits.take('free', 'a.example')).toBeUndefined();
    expect((await inFlight)?.limit).toBe('provider full');
    expect(await granted(60, limits, 'a.example', 'free')).toBe(39);
  });

  it('of a domain are given back when the provider cannot be asked', async () => {
    const limits = replica({ providers: { main: perHour(1) }, domains: { 'a.example': perHour(40) } });
    await limits.take('free', 'a.example');
    await test.database.sql.schema.dropTable('mail_rates');
    await expect(limits.take('main', 'a.example')).rejects.toThrow(/mail_rates/);
    expect(await limits.take('free', 'a.example')).toBeUndefined();
  });

  it('are not held by a replica whose clock is far ahead', async () => {
    const rules = { providers: { main: perHour(5) } };
    const ahead = new FakeClock(new Date(clock.now().getTime() + DAY));
    expect(await granted(9, replica(rules, ahead))).toBe(5);
    expect(await granted(9, replica(rules))).toBe(5);
  });

  it('that a replica whose clock is a little ahead has used from the next window count', async () => {
    const rules = { providers: { main: perHour(5) } };
    const ahead = new FakeClock(new Date(clock.now().getTime() + HOUR));
    expect(await granted(9, replica(rules, ahead))).toBe(5);
    expect(await granted(9, replica(rules))).toBe(0);
  });

  it('are no more to a replica than before when one whose clock is a little ahead begins the next window', async () => {
    const rules = { providers: { main: perHour(5) } };
    const ahead = new FakeClock(new Date(clock.now().getTime() + HOUR));
    const limits = replica(rules);
    expect(await granted(5, limits)).toBe(5);
    expect(await granted(1, replica(rules, ahead))).toBe(1);
    expect(await granted(9, limits)).toBe(0);
  });

  it('are no more to each of two replicas whose clocks are far apart, which reset the window for each other', async () => {
    const rules = { providers: { main: perHour(5) } };
    const ahead = new FakeClock(new Date(clock.now().getTime() + DAY));
    const [one, other] = [replica(rules), replica(rules, ahead)];
    const counts = { one: 0, other: 0 };
    for (let mail = 0; mail < 20; mail++) {
      counts.one += await granted(1, one);
      counts.other += await granted(1, other);
    }
    expect(counts).toEqual({ one: 5, other: 5 });
  });

  it('are there at once for a replica whose clock was set back', async () => {
    const ahead = new FakeClock(new Date(clock.now().getTime() + DAY));
    const limits = replica({ providers: { main: perHour(1) } }, ahead);
    expect(await granted(3, limits)).toBe(1);
    await ahead.advance(-DAY);
    expect(await granted(3, limits)).toBe(1);
  });

  it('count on when their row is gone, which is written again', async () => {
    const limits = replica({ providers: { main: perHour(5) } });
    expect(await granted(3, limits)).toBe(3);
    await rows().delete();
    expect(await granted(3, limits)).toBe(2);
    expect(await rows().select('name', 'used')).toEqual([{ name: 'provider main', used: 5 }]);
  });

  it('used before count when a rule gets a longer window, and its row stays until that is over', async () => {
    expect(await granted(3, replica({ providers: { main: perMinute(3) } }))).toBe(3);
    expect(await granted(9, replica({ providers: { main: perHour(5) } }))).toBe(2);
    const over = await rows().where('window_ends_at', '>=', new Date('2026-01-01T13:00:00Z')).pluck('name');
    expect(over).toEqual(['provider main']);
  });

  it('are zero, and not negative, when a rule was made smaller than what is used', async () => {
    expect(await granted(5, replica({ providers: { main: perHour(5) } }))).toBe(5);
    expect(await granted(5, replica({ providers: { main: perHour(2) } }))).toBe(0);
    expect(await rows().pluck('used')).toEqual([5]);
  });

  it('are each domain’s own under the rule for all, also where the names are longer than the column', async () => {
    const limits = replica({ domains: { '*': perHour(1) } });
    const long = `${'label.'.repeat(38)}example`;
    for (const domain of ['a.example', 'b.example', `${long}.com`, `${long}.net`]) {
      expect(await granted(2, limits, domain)).toBe(1);
    }
  });
});

describe('the grants a replica remembers', () => {
  const grant = (start: number, until = start + 100) => ({ start, until, taken: 1, left: 1, denied: false });

  it('are never more than the limit, and those asked for last stay', () => {
    const grants = new RateGrants(3);
    for (const name of ['a', 'b', 'c']) grants.keep(name, grant(0), 0);
    grants.get('a', 50);
    grants.keep('d', grant(0), 50);
    expect(grants.size).toBe(3);
    expect(['a', 'b', 'c', 'd'].filter((name) => grants.get(name, 50))).toEqual(['a', 'c', 'd']);
  });

  it('go all at once when their windows have passed and there is no room', () => {
    const grants = new RateGrants(3);
    grants.keep('long', grant(0, 1_000), 0);
    for (const name of ['a', 'b', 'c']) grants.keep(name, grant(100), name === 'c' ? 200 : 100);
    expect(grants.get('long', 200)).toBeDefined();
    expect(grants.size).toBe(1);
  });

  it('hold from the window’s begin until before its end', () => {
    const grants = new RateGrants();
    grants.keep('a', grant(100, 200), 100);
    expect([99, 100, 199, 200].map((at) => grants.get('a', at) !== undefined)).toEqual([false, true, true, false]);
  });
});
