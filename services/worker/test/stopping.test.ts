import { expect, it } from 'vitest';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

it('a stop does not wait for ever for a ledger that cannot be written: the mail is as one whose sender died', async () => {
  const smtp = await ScriptedSmtp.start();
  const side = await openMailSide({ SMTP_URL: smtp.url() });
  let tries = 0;
  side.ledger.accepted = async () => {
    tries += 1;
    throw new Error('the database gave no answer');
  };
  const sent = Promise.allSettled([side.send({ key: 'one/send-verification/verification' })]);
  await expect.poll(() => tries).toBeGreaterThan(1);

  side.delivery.hurry(0);
  await side.delivery.stop();

  expect(await sent).toMatchObject([{ status: 'rejected', reason: { message: 'the database gave no answer' } }]);
  expect(await side.state('one/send-verification/verification')).toBe('sending');
  expect(side.logger.lines.filter(({ message }) => message.startsWith('the ledger cannot be written'))).toHaveLength(1);
  await side.close();
  await smtp.close();
});

it('a stop finishes the mail that is being sent, and leaves those that wait for its connection to others, untried', async () => {
  const smtp = await ScriptedSmtp.start();
  const side = await openMailSide({ SMTP_URL: smtp.url('connections=1') });
  const released = Promise.withResolvers<void>();
  smtp.script = { dot: { say: '250 2.0.0 queued', when: released.promise } };
  const first = side.send({ to: 'first@example.com' });
  await expect.poll(() => smtp.count('dot'), { timeout: 120_000 }).toBe(1);
  const others = Array.from({ length: 30 }, (_, n) => side.send({ to: `other${n}@example.com` }));
  const sending = () => side.database.sql('mails').where({ state: 'sending' });
  await expect.poll(async () => (await sending()).length, { timeout: 120_000 }).toBeGreaterThan(1);

  side.mailer.refuseWaiting();
  side.providers.refuseWaiting();

  for (const key of await Promise.all(others)) {
    // `queued` where it had no room, `deferred` where it had no connection.
    const state = expect.stringMatching(/^(queued|deferred)$/);
    expect(await side.ledger.find(mailId(key))).toMatchObject({ state, attempts: 0 });
  }
  const idle = side.delivery.idle();
  released.resolve();
  await idle;
  expect(await side.database.sql('mails').where({ state: 'sending' })).toEqual([]);
  expect(await side.state(await first)).toBe('accepted');
  expect(smtp.count('dot')).toBe(1);
  await side.close();
  await smtp.close();
});
