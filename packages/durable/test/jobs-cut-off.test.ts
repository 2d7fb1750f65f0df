import { testDatabase } from '@postern/runtime/testing';
import { ConsumerStoppedError, LeaseLostError, PermanentError } from '@postern/sqs';
import { expect, test } from 'vitest';
import { call } from '../src/index.ts';
import { Count, createDurableTables, Finish, received, replica } from './job-support.ts';

test.each([
  ['a stop cut it off', new ConsumerStoppedError()],
  ['its message is another consumer’s by now', new LeaseLostError('too late')],
])('a batch hears of no failure of a member whose last try does not count, as %s', async (_why, reason) => {
  const { database, close } = await testDatabase('cut-off');
  await createDurableTables(database);
  const { jobs, runner, outbox, sender } = replica(database);
  const end = { onDone: call(Finish, { of: 'done' }), onFailed: call(Finish, { of: 'failed' }) };
  await jobs.batch('one', [call(Count, { n: 1 })], end);
  await outbox.sweep();
  const [sent] = sender.sent.splice(0);
  if (!sent) throw new Error('nothing was sent');
  const given = new AbortController();
  const cutOff = runner.run({ ...received(sent, 3), signal: given.signal }, () => {
    given.abort(reason);
    // What a handler makes of it may be anything.
    return Promise.reject(new PermanentError('attempts-used-up'));
  });
  await expect(cutOff).rejects.toThrow('attempts-used-up');
  expect(await runner.run(received(sent, 3), async () => undefined)).toBe('ran');
  await outbox.sweep();
  expect(sender.sent.map(({ message: { body } }) => body)).toEqual(['{"of":"done"}']);
  await close();
});
