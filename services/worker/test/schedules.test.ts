import { Scheduler } from '@postern/queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schedules } from '../src/jobs/schedules.ts';
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

/** A replica's scheduler, which has looked at the clock once: from then on its schedules come due. */
async function replica(): Promise<Scheduler> {
  const { clock, logger } = side;
  const scheduler = new Scheduler(side.database, { logger, clock });
  for (const schedule of schedules(side.database, { mailRetentionMs: 90 * DAY, clock })) scheduler.add(schedule);
  await scheduler.tick();
  return scheduler;
}

describe('the schedules', () => {
  it('delete mails past their time with their history, and none that is young or waits', async () => {
    const scheduler = await replica();
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

  it('fire once across replicas, and say when', async () => {
    const [one, other] = [await replica(), await replica()];
    side.clock.forward(HOUR);
    const fired = (await Promise.all([one.tick(), other.tick()])).flat();
    expect(fired.sort()).toEqual(['prune-deliveries', 'prune-jobs', 'prune-mails', 'prune-soft-bounces']);
    for (const { firedAt, lastError } of await one.list()) {
      expect(firedAt).toBeInstanceOf(Date);
      expect(lastError).toBeUndefined();
    }
  });
});
