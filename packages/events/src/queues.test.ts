import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { carriedBy, events, jobs } from './known.ts';
import { QUEUES, queueContents } from './queues.ts';
import { subscribers } from './subscribers.ts';

it('events go over a queue of events, and jobs over one that runs jobs or sends mails', () => {
  expect([...new Set(events.map(({ queue }) => queueContents[queue]))]).toEqual(['events']);
  expect(jobs.map(({ queue }) => queueContents[queue]).filter((it) => it !== 'jobs' && it !== 'mails')).toEqual([]);
  expect(carriedBy('mail').map(({ type }) => type)).toEqual(['mail.send']);
});

it("compose's workers consume what a worker consumes by default: every queue, a new one as well", () => {
  const compose = readFileSync(join(import.meta.dirname, '../../../docker-compose.yml'), 'utf8');
  expect(compose).toMatch(/WORKER_QUEUES: \$\{WORKER_QUEUES:-\}\n/);
});

it('Terraform makes the queues that the code names, and those of other teams', () => {
  const terraform = readFileSync(join(import.meta.dirname, '../../../services/aws/main.tf'), 'utf8');
  const list = (name: string) => JSON.parse(new RegExp(`^  ${name} += (\\[.*\\])$`, 'm').exec(terraform)?.[1] ?? '');
  expect(list('queues')).toEqual(QUEUES);
  const [, pattern = '', file = ''] = /regexall\("(.+)", file\("\$\{path\.module\}(.+)"\)\)/.exec(terraform) ?? [];
  const source = readFileSync(join(import.meta.dirname, '../../../services/aws', file), 'utf8');
  const named = (text: string) =>
    [...text.matchAll(new RegExp(JSON.parse(`"${pattern}"`), 'g'))].map(([, name]) => `for-${name}`);
  expect(named(source)).toEqual(subscribers.map(({ queue }) => queue));
  expect(named("[defineSubscriber('billing', [UserErased]), defineSubscriber('crm-2', [])]")).toEqual([
    'for-billing',
    'for-crm-2',
  ]);
});
