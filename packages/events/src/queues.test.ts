import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { events, jobs } from './known.ts';
import { OWN_QUEUES, QUEUES, queueDefinitions } from './queues.ts';

it('every message of the catalog goes over exactly one queue', () => {
  const carried = QUEUES.flatMap((name) => [...queueDefinitions[name].carries]);
  expect(new Set(carried)).toEqual(new Set([...events, ...jobs]));
  expect(carried).toHaveLength(events.length + jobs.length);
});

it("compose's workers consume what a worker consumes by default", () => {
  const compose = readFileSync(join(import.meta.dirname, '../../../docker-compose.yml'), 'utf8');
  expect(compose).toContain(`WORKER_QUEUES: \${WORKER_QUEUES:-${OWN_QUEUES.join(',')}}\n`);
});
