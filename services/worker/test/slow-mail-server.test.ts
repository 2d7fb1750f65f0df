import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { sendMail } from '../src/jobs/send-mail.ts';
import { runJob } from '../src/jobs/testing/run-job.ts';
import { DAY, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

it('a mail server that takes its time holds up no handler past its signal: the mail is the ledger’s, and is sent once', async () => {
  const answer = Promise.withResolvers<void>();
  const smtp = await ScriptedSmtp.start({ data: { say: '354 go on', when: answer.promise } });
  const side = await openMailSide({ SMTP_URL: smtp.url() });
  const { mailer, config, clock } = side;
  const key = `${randomUUID()}/send-verification/verification`;
  const expires_at = new Date(clock.now().getTime() + DAY).toISOString();
  const order = { key, mail: 'verification', to: 'ann@example.com', locale: 'en', expires_at };
  const job = { ...order, data: { first_name: 'Ann', token_id: randomUUID(), expires_at } };
  const handle = (signal: AbortSignal) => runJob(sendMail, job, { mailer, config, signal });

  const limit = new AbortController();
  const reached = smtp.reaches('data');
  const handled = handle(limit.signal);
  await reached;
  limit.abort(new Error('out of time'));
  await handled;
  expect(await side.state(key)).toBe('sending');
  // As its message comes again.
  await handle(new AbortController().signal);
  await expect(handle(limit.signal)).rejects.toThrow('out of time');

  answer.resolve();
  await expect.poll(() => side.state(key)).toBe('accepted');
  expect(smtp.read).toHaveLength(1);
  await side.close();
  await smtp.close();
});
