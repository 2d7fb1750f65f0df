import { expect, it } from 'vitest';
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
