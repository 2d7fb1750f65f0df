import { DISPATCH_KEY } from '@postern/durable';
import { bytesToId, idToBytes, newId, timeOfId } from '@postern/runtime';
import { runCommands } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mailCommands } from '../src/commands/mail-commands.ts';
import { trace } from '../src/commands/trace.ts';
import { waits } from '../src/commands/waits.ts';
import { LetterRegister } from '../src/dead-letters/letter-register.ts';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { type MailSide, openMailSide, TEST_SECRETS } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

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

const open = <Result>(work: (parts: Pick<MailSide, 'database' | 'logger'>) => Promise<Result>) => work(side);

async function traced(id: string) {
  const { code, out } = await runCommands([trace(open)], 'trace', id, '--json');
  const { moments } = JSON.parse(out) as {
    moments: { part: string; what: string; ids: Record<string, string>; waits?: boolean }[];
  };
  return { code, parts: moments.map(({ part, waits }) => (waits ? `${part} waits` : part)), moments };
}

/** A mail of a person, that an event of a request led to; its listener has been recorded. */
async function mailOf(user: string) {
  const event = newId();
  const key = await side.send({
    key: `${event}/send-verification/verification`,
    userId: user,
    traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
  });
  await side.database
    .sql('deliveries')
    .insert({ message_id: idToBytes(event), listener: 'send-verification', done_at: side.clock.now() });
  return { event, mail: bytesToId(mailId(key)) };
}

describe('a trace', () => {
  it('is the same by each id of a mail that was sent: event, trace, mail, person, Message-ID', async () => {
    const user = newId();
    const { event, mail } = await mailOf(user);
    await side.send();
    const whole = await traced(event);
    expect(whole.code).toBe(0);
    expect(whole.parts.toSorted()).toEqual(['handled', 'mail', 'mail', 'published']);
    expect(whole.moments.map(({ what }) => what)).toContainEqual(expect.stringMatching(/^verification accepted: /));
    for (const id of [TRACE, mail, user, smtp.accepted[0]?.messageId ?? '', user.toUpperCase()]) {
      expect((await traced(id)).moments, id).toEqual(whole.moments);
    }
  });

  it('begins when the event was written, as the event’s id has it, and names the event by who listens to it', async () => {
    const { event } = await mailOf(newId());
    const { moments } = await traced(event);
    expect(moments.find(({ part }) => part === 'published')).toMatchObject({
      ...{ at: timeOfId(event)?.toISOString(), what: 'user.registered was written to the outbox' },
    });
  });

  it('of an address has its newest mails, however it is written, and never the address', async () => {
    const mails: string[] = [];
    for (let n = 0; n < 7; n++) {
      mails.push((await mailOf(newId())).mail);
      side.clock.forward(1_000);
    }
    const { code, moments } = await traced('ANN@example.com');
    expect(code).toBe(0);
    const shown = new Set(moments.flatMap(({ ids }) => ids.mail ?? []));
    expect(shown.size).toBeGreaterThanOrEqual(5);
    expect(shown).toContain(mails.at(-1));
    expect(JSON.stringify(moments)).not.toContain('@example.com');
    expect(await traced('nobody@example.com')).toMatchObject({ code: 1, moments: [] });
  });

  it('says how long after the one before it each thing happened', async () => {
    const { event } = await mailOf(newId());
    const { out } = await runCommands([trace(open)], 'trace', event);
    const [first, ...others] = out.split('\n');
    expect(first).not.toMatch(/ \+\d/);
    expect(others.length).toBeGreaterThan(0);
    for (const line of others) expect(line).toMatch(/^\S+Z {2}\+[\d.]+ (ms|s|min|h|d) /);
  });

  it('shows what has yet to happen, last', async () => {
    smtp.script = { rcpt: '451 4.3.0 later' };
    const { event } = await mailOf(newId());
    await side.database.sql('outbox').insert({
      ...{ queue: 'jobs', message_id: newId(), type: 'rows.prune', body: '{}', attempts: 3, last_error: 'SQS is away' },
      headers: JSON.stringify({ traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }),
      ...{ created_at: side.clock.now(), due_at: side.clock.now() },
    });
    expect((await traced(event)).parts.slice(-1)).toEqual(['mail waits']);
    const { moments, parts } = await traced(TRACE);
    expect(parts.slice(-2).toSorted()).toEqual(['mail waits', 'outbox waits']);
    expect(moments.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(
        /^rows\.prune waits to be sent to the queue jobs, 3 tries failed \(SQS is away\), next try /,
      ),
    );
  });

  it('shows that a recipient was suppressed, and never an address', async () => {
    smtp.script = { rcpt: '550 5.1.1 no such user' };
    const { event } = await mailOf(newId());
    const { parts, moments } = await traced(event);
    expect(parts).toContain('suppression');
    expect(JSON.stringify(moments)).not.toContain('ann@example.com');
  });

  it('shows what was given up, when it had been published, and what was decided about it', async () => {
    const [event, user] = [newId(), newId()];
    const at = (ms: number) => new Date(side.clock.now().getTime() + ms);
    const register = new LetterRegister(side.database);
    await register.died({
      ...{ queue: 'events', id: event, type: 'user.registered', reason: 'attempts-used-up', attempts: 50 },
      error: 'Error: no room for ann@example.com',
      ...{
        handler: undefined,
        firstAt: at(-9_000),
        lastAt: at(-1_000),
        sentAt: at(-60_000),
        encoding: 'json',
        messages: 1,
      },
      ...{
        body: JSON.stringify({ subject: user }),
        traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
        groupId: undefined,
      },
      attributes: {},
    });
    const whole = await traced(event);
    expect(whole.parts).toEqual(['published', 'dead-letter', 'dead-letter waits']);
    expect(whole.moments[1]?.what).toBe(
      'user.registered was given up for attempts-used-up after 50 tries: Error: no room for …',
    );
    expect(JSON.stringify(whole.moments)).not.toContain('ann@example.com');
    for (const id of [user, TRACE]) expect((await traced(id)).moments, id).toEqual(whole.moments);
    await side.database.sql('dead_letters').update({ state: 'sent', acted_at: at(0) });
    const { moments } = await traced(event);
    expect(moments.at(-1)?.what).toBe('user.registered was sent back to the queue events by an operator');
  });

  it('names the mail that was given up, and what no mail of ours can be called not', async () => {
    const given = async (body: string) => {
      const id = newId();
      await new LetterRegister(side.database).died({
        ...{ queue: 'mail', id, type: 'mail.send', reason: 'invalid-data', attempts: 1, error: 'no name' },
        ...{ handler: undefined, firstAt: undefined, lastAt: side.clock.now(), sentAt: side.clock.now() },
        ...{ encoding: 'json', messages: 1, body, traceparent: undefined, groupId: undefined, attributes: {} },
      });
      const { moments } = await traced(id);
      return moments.find(({ part }) => part === 'dead-letter')?.what;
    };
    const words = 'was given up for invalid-data after 1 try: no name';
    expect(await given('{"data": {"mail": "password-changed"}}')).toBe(`mail.send (password-changed) ${words}`);
    for (const body of ['{"data": {"mail": "ann@example.com"}}', '{"data": null}', 'null', 'no JSON']) {
      expect(await given(body), body).toBe(`mail.send ${words}`);
    }
  });

  it('of an unknown id fails, and names who may know more', async () => {
    const { code, out, complaints } = await runCommands([trace(open)], 'trace', newId());
    expect({ code, out }).toEqual({ code: 1, out: 'nothing is known of it here' });
    expect(complaints).toMatch(/gateway trace/);
    expect((await traced("x' OR 1=1 %")).code).toBe(1);
  });
});

it('mail find lists the mails of a person by their id', async () => {
  const user = newId();
  const { mail } = await mailOf(user);
  await side.send();
  const { out } = await runCommands(mailCommands(open), 'mail', 'find', '--user', user, '--json');
  expect((JSON.parse(out) as { id: string }[]).map(({ id }) => id)).toEqual([mail]);
});

describe('what waits', () => {
  const waiting = async (...args: string[]) =>
    JSON.parse((await runCommands([waits(open)], 'waits', ...args, '--json')).out) as object[];

  it('has mails by name and state, those of one person and of one name too', async () => {
    smtp.script = { rcpt: '451 4.3.0 later' };
    const user = newId();
    await mailOf(user);
    await mailOf(newId());
    expect(await waiting()).toMatchObject([
      { part: 'mail', type: 'verification', count: 2, why: 'deferred: for its next try' },
    ]);
    expect(await waiting('--user', user.toUpperCase())).toMatchObject([{ count: 1 }]);
    expect(await waiting('--user', newId())).toEqual([]);
    expect(await waiting('--type', 'welcome')).toEqual([]);
  });

  it('has jobs that have not ended, and does not show the end of a lock as when one is due: unique ones, chains and batches', async () => {
    const created = side.clock.now();
    const group = { kind: 'batch', name: 'imports', state: 'running', total: 5, done: 2, failed: 0 };
    await side.database.sql('job_groups').insert({ id: idToBytes(newId()), ...group, created_at: created });
    const expires_at = new Date(created.getTime() + 60_000);
    for (const unique_key of ['nightly', `${DISPATCH_KEY}${newId()}/of a handler that may be tried again`]) {
      await side.database.sql('job_locks').insert({ unique_key, job_id: idToBytes(newId()), expires_at });
    }
    const found: { next?: string }[] = await waiting();
    expect(found.map(({ next }) => next)).toEqual([undefined, undefined]);
    expect(found.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toMatchObject([
      { part: 'job', type: 'imports', why: 'a batch of which 3 jobs have not ended' },
      { part: 'job', type: 'nightly', why: 'a unique job that has not ended, or whose time alone has not' },
    ]);
  });
});
