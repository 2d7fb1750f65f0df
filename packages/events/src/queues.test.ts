import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { events, jobs } from './known.ts';
import { QUEUES, queueContents } from './queues.ts';
import { subscribers } from './subscribers.ts';

it('events go over a queue of events, and jobs over one that runs jobs or sends mails', () => {
  expect([...new Set(events.map(({ queue }) => queueContents[queue]))]).toEqual(['events']);
  expect(jobs.map(({ queue }) => queueContents[queue]).filter((it) => it !== 'jobs' && it !== 'mails')).toEqual([]);
  expect(jobs.filter(({ queue }) => queue === 'mail').map(({ type }) => type)).toEqual(['mail.send']);
});

it("compose's workers consume what a worker consumes by default: every queue, a new one as well", () => {
  const compose = readFileSync(join(import.meta.dirname, '../../../docker-compose.yml'), 'utf8');
  expect(compose).toMatch(/WORKER_QUEUES: \$\{WORKER_QUEUES:-\}\n/);
});

it('Terraform makes the queues that the code names, and those of other teams', () => {
  const terraform = readFileSync(join(import.meta.dirname, '../../../services/aws/main.tf'), 'utf8');
  /** What a list of it holds: what its pattern finds in the source that it reads. Terraform's `(?m)` is a flag here. */
  const list = (name: string) => {
    const local = new RegExp(`^  ${name} = \\[\\n.*regexall\\("(.+)", file\\("\\$\\{path\\.module\\}(.+)"\\)\\)`, 'm');
    const [, pattern = '', file = ''] = local.exec(terraform) ?? [];
    const expression = new RegExp(JSON.parse(`"${pattern}"`).replace('(?m)', ''), 'gm');
    const found = (text: string) => [...text.matchAll(expression)].map(([, each]) => each);
    return { found, now: found(readFileSync(join(import.meta.dirname, '../../../services/aws', file), 'utf8')) };
  };
  const queues = list('queues');
  expect(queues.now).toEqual(QUEUES);
  expect(queues.found("  reports: 'jobs',\n  'partner-events': 'foreign',\n  /** mail: 'mails' */\n")).toEqual([
    'reports',
    'partner-events',
  ]);
  const teams = list('subscribers');
  expect(teams.now.map((name) => `for-${name}`)).toEqual(subscribers.map(({ queue }) => queue));
  expect(teams.found("[defineSubscriber('billing', [UserErased]), defineSubscriber('crm-2', [])]")).toEqual([
    'billing',
    'crm-2',
  ]);
});

it('Terraform makes every queue with room for all that senders accept', () => {
  const terraform = readFileSync(join(import.meta.dirname, '../../../services/aws/main.tf'), 'utf8');
  const queues = [...terraform.matchAll(/^resource "aws_sqs_queue" "(\w+)" \{\n(.*?)^\}/gms)];
  expect(queues.map(([, name, body]) => [name, /max_message_size += local\.message_bytes/.test(body ?? '')])).toEqual([
    ['dead', true],
    ['queue', true],
  ]);
  expect(terraform).toMatch(/^ {2}message_bytes += 1048576$/m);
});
