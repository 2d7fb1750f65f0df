import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { carriedBy, events, jobs } from './known.ts';
import { queueContents } from './queues.ts';

it('events go over a queue of events, and jobs over one that runs jobs or sends mails', () => {
  expect([...new Set(events.map(({ queue }) => queueContents[queue]))]).toEqual(['events']);
  expect(jobs.map(({ queue }) => queueContents[queue]).filter((it) => it !== 'jobs' && it !== 'mails')).toEqual([]);
  expect(carriedBy('mail').map(({ type }) => type)).toEqual(['mail.send']);
});

it("compose's workers consume what a worker consumes by default: every queue, a new one as well", () => {
  const compose = readFileSync(join(import.meta.dirname, '../../../docker-compose.yml'), 'utf8');
  expect(compose).toMatch(/WORKER_QUEUES: \$\{WORKER_QUEUES:-\}\n/);
});
