import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { type MailSide, MINUTE, openMailSide, SECOND } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

const WAIT = { timeout: 120_000 };
/** A try may take 80 s, of which waiting for a connection has half a second. */
const LIMITS = 'connections=2&send_timeout_ms=79500';
const LONGER_THAN_A_TRY_MS = 80 * SECOND;

let smtp: ScriptedSmtp;
let other: ScriptedSmtp;
let side: MailSide;
let answers: PromiseWithResolvers<void>;
let waiting: Promise<string>[];

beforeEach(async () => {
  answers = Promise.withResolvers();
  waiting = [];
  smtp = await ScriptedSmtp.start();
  other = await ScriptedSmtp.start();
});

afterEach(async () => {
  await side.close();
  await smtp.close();
  await other.close();
});

const find = (key: string) => side.ledger.find(mailId(key));

async function open(env: Record<string, string> = {}): Promise<void> {
  side = await openMailSide({ SMTP_URL: smtp.url(LIMITS), MAIL_LEASE_MS: '100000', ...env });
}

/** The server takes bodies and answers none, until the test lets it. */
function hang(): void {
  smtp.script = { dot: { say: '250 2.0.0 queued', when: answers.promise } };
}

/** Begins a mail, which does not end; resolves when the server has got so far with it. */
async function begin(to: string, reached: () => boolean): Promise<void> {
  waiting.push(side.send({ to }));
  await vi.waitUntil(reached, WAIT);
}

/** Both connections wait behind a body. */
async function takeAllConnections(): Promise<void> {
  const before = smtp.count('dot');
  for (const n of [1, 2]) await begin(`person${n}@example.com`, () => smtp.count('dot') === before + n);
}

const complaints = () => side.logger.lines.filter(({ message }) => message.startsWith('the mail provider does not'));

describe('a mail server that hangs behind the dot', () => {
  it('has the mails wait that it took, and all others go by the second provider', async () => {
    await open({ SMTP_FALLBACK_URL: other.url(LIMITS) });
    hang();
    await takeAllConnections();
    side.clock.forward(LONGER_THAN_A_TRY_MS);

    const third = await side.send({ to: 'third@example.com' });
    expect(await find(third)).toMatchObject({ state: 'accepted', provider: 'fallback', attempts: 1 });
    expect(complaints()).toMatchObject([{ fields: { provider: 'primary', reason: /answers none of them/ } }]);
    // Those that come now need not wait for that to turn out.
    const fourth = await side.send({ to: 'fourth@example.com' });
    const reasons = (await side.ledger.history(mailId(fourth))).map(({ reason }) => reason);
    expect(reasons[0]).toBe('to fallback');

    answers.resolve();
    for (const key of await Promise.all(waiting)) {
      expect(await find(key)).toMatchObject({ state: 'accepted', provider: 'primary', attempts: 1 });
    }
    expect(await find(await side.send())).toMatchObject({ state: 'accepted', provider: 'primary' });
  });

  it('and elsewhere before the body as well, has all others go by the second provider', async () => {
    await open({ SMTP_FALLBACK_URL: other.url(LIMITS) });
    hang();
    await begin('person1@example.com', () => smtp.count('dot') === 1);
    smtp.script = { greeting: 'silence' };
    await begin('person2@example.com', () => smtp.count('greeting') === 2);
    side.clock.forward(LONGER_THAN_A_TRY_MS);

    const third = await side.send({ to: 'third@example.com' });
    expect(await find(third)).toMatchObject({ state: 'accepted', provider: 'fallback' });
  });

  it('keeps the mails that wait for a connection while it answers others, however slowly', async () => {
    await open({ SMTP_FALLBACK_URL: other.url(LIMITS) });
    hang();
    await begin('person1@example.com', () => smtp.count('dot') === 1);
    side.clock.forward(LONGER_THAN_A_TRY_MS);
    smtp.script = {};
    await side.send({ to: 'person2@example.com' });
    hang();
    await begin('person3@example.com', () => smtp.count('dot') === 3);

    const fourth = await side.send({ to: 'fourth@example.com' });
    expect(await find(fourth)).toMatchObject({ state: 'deferred', attempts: 0 });
    expect(other.count('greeting')).toBe(0);
    expect(complaints()).toEqual([]);
  });

  it('keeps a mail that it may have already: that waits untried, and goes by no other', async () => {
    await open({ SMTP_FALLBACK_URL: other.url(LIMITS) });
    smtp.script = { dot: 'reset' };
    const mine = await side.send({ to: 'ann@example.com' });
    hang();
    await takeAllConnections();
    side.clock.forward(LONGER_THAN_A_TRY_MS);

    for (let rounds = 0; rounds < 2; rounds++) {
      expect(await side.due.round()).toBe(1);
      expect(await find(mine)).toMatchObject({ state: 'unknown', provider: 'primary', attempts: 1 });
      side.clock.forward(12 * SECOND);
    }
    expect(other.count('greeting')).toBe(0);
  });

  it('without a second provider has mails wait untried, until it answers', async () => {
    await open();
    hang();
    await takeAllConnections();
    side.clock.forward(LONGER_THAN_A_TRY_MS);

    const third = await side.send({ to: 'third@example.com' });
    const fourth = await side.send({ to: 'fourth@example.com' });
    expect(await find(third)).toMatchObject({ state: 'deferred', attempts: 0 });
    expect(await find(fourth)).toMatchObject({ state: 'queued', attempts: 0 });
    expect(complaints()).toHaveLength(1);
    expect(() => side.providers.check()).toThrow(/no mail provider works/);
    // As consoles and `worker status` show it.
    expect(side.providers.all[0]?.state).toBe('hanging');
    // It is no use to look at them every second.
    expect(await side.later(5 * SECOND)).toBe(0);

    answers.resolve();
    await Promise.all(waiting);
    expect(side.providers.all[0]?.state).toBe('closed');
    side.providers.check();
    await side.later(7 * SECOND);
    for (const key of [third, fourth]) expect(await find(key)).toMatchObject({ state: 'accepted', attempts: 1 });
  });
});

it('a probe that waits behind its body has the others wait no longer than a try may take', async () => {
  side = await openMailSide({ SMTP_URL: smtp.url() });
  const [provider] = side.providers.all;
  provider?.breaker.failed(true);
  side.providers.start();
  side.clock.forward(MINUTE);
  await expect.poll(() => provider?.breaker.state).toBe('half-open');
  hang();
  await begin('probe@example.com', () => smtp.count('dot') === 1);
  smtp.script = {};
  expect(await side.state(await side.send())).toBe('queued');
  expect(() => side.providers.check()).toThrow(/no mail provider works/);

  side.clock.forward(90 * SECOND);
  expect(await side.state(await side.send())).toBe('accepted');
  expect(provider?.breaker.state).toBe('closed');
  answers.resolve();
  const [probe = ''] = await Promise.all(waiting);
  expect(await side.state(probe)).toBe('accepted');
});
