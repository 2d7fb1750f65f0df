import { MemoryLogger, SystemClock } from '@postern/runtime';
import { createSqsClient, UnknownQueueError } from '@postern/sqs';
import { expect, it } from 'vitest';
import { QueueLinks } from './queue-links.ts';

it('a message for a team that only a newer release knows is not refused: the outbox keeps it for a replica that knows', async () => {
  const client = createSqsClient({ region: 'us-east-1', endpoint: 'http://127.0.0.1:1' });
  const tools = { client, prefix: 'p-', create: false, logger: new MemoryLogger(), clock: new SystemClock() };
  const sent = new QueueLinks(tools, []).send('for-search', { id: '1', type: 'user.erased', body: '{}' });
  await expect(sent).rejects.toBeInstanceOf(UnknownQueueError);
});
