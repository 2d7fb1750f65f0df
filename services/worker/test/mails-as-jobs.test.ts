import { randomUUID } from 'node:crypto';
import { call } from '@postern/durable';
import { SendMail } from '@postern/events';
import { newId } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DAY, type MailSide, openMailSide } from './support/mail-side.ts';
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

function letter(key = `${newId()}/newsletter/verification`) {
  const expires_at = new Date(side.clock.now().getTime() + DAY).toISOString();
  const data = { first_name: 'Ann', token_id: randomUUID(), expires_at };
  return { key, mail: 'verification', to: 'ann@example.com', locale: 'en', data, expires_at };
}

/** A batch's and a chain's jobs are sent by the next sweep. */
async function ended(group: string): Promise<void> {
  const isDone = async () => {
    await side.outbox.sweep();
    return (await side.runner.progress(group))?.state === 'done';
  };
  await vi.waitUntil(isDone, { timeout: 120_000 });
}

describe('mails that are dispatched as jobs', () => {
  it('end the batch they are of', async () => {
    const [one, other] = [letter(), letter()];
    const id = await side.jobs.batch('newsletter', [call(SendMail, one), call(SendMail, other)]);
    await ended(id);
    expect(await Promise.all([one, other].map(({ key }) => side.state(key)))).toEqual(['accepted', 'accepted']);
  });

  it('follow one another in a chain', async () => {
    const [one, other] = [letter(), letter()];
    const id = await side.jobs.chain('first this', [call(SendMail, one), call(SendMail, other)]);
    await ended(id);
    expect(await side.state(other.key)).toBe('accepted');
  });

  it('give their unique key back', async () => {
    const unique = { key: 'one letter at a time' };
    expect(await side.jobs.dispatch(SendMail, letter(), { unique })).toMatchObject({ dispatched: true });
    await vi.waitUntil(async () => (await side.jobs.dispatch(SendMail, letter(), { unique })).dispatched, {
      timeout: 120_000,
      interval: 50,
    });
  });
});
