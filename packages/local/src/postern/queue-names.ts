import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import { namesOf } from './names.ts';

export const QUEUE_LIST = 'packages/events/src/queues.ts';
export const QUEUE_NAME = { fewest: 1, example: 'reports' } as const;

/** Each queue of the product in that folder, and what it carries. */
export function queuesIn(root: string): Map<string, string> {
  const list = readFileSync(join(root, QUEUE_LIST), 'utf8');
  return new Map(
    [...list.matchAll(/^ {2}'?([a-z0-9-]+)'?: '(\w+)',$/gm)].map(([, name = '', content = '']) => [name, content]),
  );
}

/** The name of a queue of jobs. @throws Fault where there is none of that name */
export function requireJobQueue(text: string, root: string): string {
  const { file: name } = namesOf(text, QUEUE_NAME);
  const queues = queuesIn(root);
  const carried = queues.get(name);
  if (carried === 'jobs') return name;
  const known = [...queues].filter(([, content]) => content === 'jobs').map(([queue]) => queue);
  const why = carried
    ? `The queue ${name} is one of ${carried === 'foreign' ? "others' messages" : carried}.`
    : `There is no queue ${name}: \`npx -y pnpm@12 postern make:queue ${name}\` creates it.`;
  throw new Fault(`${why} Queues of jobs: ${known.join(', ')}.`);
}
