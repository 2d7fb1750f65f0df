import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RateLimits } from '../src/mail/delivery/rate-limits.ts';
import { SharedRates } from '../src/policies/shared-rates.ts';
import { DAY, HOUR, type MailSide, openMailSide } from './support/mail-side.ts';
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

describe('the schedules', () => {
  it('delete mails past their time with their history, and none that is young or waits', async () => {
    const scheduler = await side.scheduler();
    const old = await side.send();
    smtp.script = { rcpt: '451 4.3.0 later' };
    const waiting = await side.send({ expiresAt: new Date(Date.now() + 200 * DAY) });
    smtp.script = {};
    side.clock.forward(91 * DAY);
    const young = await side.send();
    await scheduler.tick();
    expect(await side.states(old)).toEqual([]);
    expect(await side.state(old)).toBeUndefined();
    expect(await side.state(waiting)).toBe('deferred');
    expect(await side.states(young)).toEqual(['sending', 'accepted']);
  });

  it('delete the windows of rate limits a day after their end, and none that runs', async () => {
    const scheduler = await side.scheduler();
    const domains = new Map([
      ['short.example', { max: 9, windowMs: HOUR }],
      ['long.example', { max: 9, windowMs: 100 * HOUR }],
    ]);
    side.clock.forward(100 * HOUR - (side.clock.now().getTime() % (100 * HOUR)));
    const limits = new RateLimits(new SharedRates(side.database, side.clock), { providers: new Map(), domains });
    for (const domain of domains.keys()) await limits.take('primary', domain);
    const names = () => side.database.sql('mail_rates').orderBy('name').pluck('name');
    side.clock.forward(23 * HOUR);
    await scheduler.tick();
    expect(await names()).toEqual(['domain long.example', 'domain short.example']);
    side.clock.forward(3 * HOUR);
    await scheduler.tick();
    expect(await names()).toEqual(['domain long.example']);
  });

  it('delete the windows of rate limits that an earlier version wrote, when they began a month ago', async () => {
    const scheduler = await side.scheduler();
    const old = { window_started_at: side.clock.now(), used: 1 };
    await side.database.sql('mail_rates').insert({ name: 'domain old.example', ...old });
    const found = () => side.database.sql('mail_rates').where('name', 'domain old.example').pluck('name');
    side.clock.forward(30 * DAY);
    await scheduler.tick();
    expect(await found()).toEqual(['domain old.example']);
    side.clock.forward(2 * DAY);
    await scheduler.tick();
    expect(await found()).toEqual([]);
  });

  it('fire once across replicas, each a job that is done, and report when', async () => {
    const [one, other] = [await side.scheduler(), await side.scheduler()];
    side.clock.forward(HOUR);
    const fired = (await Promise.all([one.tick(), other.tick()])).flat();
    const ours = fired.filter((name) => name.startsWith('prune-'));
    expect(ours.sort()).toEqual([
      'prune-dead-letters',
      'prune-deliveries',
      'prune-jobs',
      'prune-mail-rates',
      'prune-mails',
      'prune-operator-audit',
      'prune-soft-bounces',
    ]);
    for (const { firedAt, doneAt, lastError } of await one.list()) {
      expect(firedAt).toBeInstanceOf(Date);
      expect(doneAt).toBeInstanceOf(Date);
      expect(lastError).toBeUndefined();
    }
  });
});
