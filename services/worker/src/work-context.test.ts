import type { JobDispatcher } from '@postern/durable';
import { createEnvelope, UserErased } from '@postern/events';
import { MemoryLogger, Metrics } from '@postern/runtime';
import { expect, it } from 'vitest';
import type { MailQueues } from './mail/delivery/mail-queue.ts';
import { testConfig } from './mail/testing/test-config.ts';
import { WorkContexts } from './work-context.ts';

it('listeners and jobs get the settings of the worker, and a log that names the message and its trace', () => {
  const [logger, config] = [new MemoryLogger(), testConfig({ PRODUCT_NAME: 'Acme' })];
  const mails = { for: () => ({}) } as unknown as MailQueues;
  const jobs = { forTry: () => ({}) } as unknown as JobDispatcher;
  const user_id = '0197a1c2-0000-7000-8000-000000000001';
  const data = { user_id, email: 'ann@example.com', first_name: 'Ann', locale: 'en' };
  const message = createEnvelope(UserErased, data, { source: 'postern/test', subject: user_id });

  const context = new WorkContexts(mails, jobs, { logger, config, metrics: new Metrics({ defaults: false }) }).for(
    'forget-person',
    message,
    {
      attempt: 2,
      signal: new AbortController().signal,
    },
  );
  expect(context).toMatchObject({ attempt: 2, userId: user_id, config: { PRODUCT_NAME: 'Acme' } });
  context.log.info('forgotten');
  expect(logger.lines).toMatchObject([{ fields: { worker: 'forget-person', message_id: message.id } }]);
});
