import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import { eventFile } from './event-scaffolds.ts';
import type { Names } from './names.ts';
import { scheduleEdits } from './schedule-scaffolds.ts';

const folder = 'packages/events/src/catalog';
/** Jobs of the worker's own have no other place. */
const jobs = 'services/worker/src/jobs';

/** @throws Fault for a listener of an event that is not there: what is written would not compile */
export function requireEvent(names: Names, root: string): void {
  const file = eventFile(names);
  const types = eventTypes(root);
  if (existsSync(join(root, file)) && types.includes(names.type)) return;
  throw new Fault(
    `Unknown event ${names.type}: \`npx -y pnpm@12 postern make:event ${names.type}\` creates it, or make:all with its mail and listener. ` +
      `Known events: ${types.join(', ')}.`,
  );
}

/** @throws Fault for a second message of one type, which would keep both services from starting */
export function requireNewType({ type }: Names, root: string): void {
  const taken = messageTypes(root).find((it) => it.type === type);
  if (taken) throw new Fault(`${taken.file} already has the type ${type}; nothing was written.`);
}

/** @throws Fault for a schedule whose job is there, which says how to schedule it, and for the type of another message */
export function requireNewScheduled(names: Names, root: string, cron?: string): void {
  const isJob = messageTypes(root).some(({ type, definer }) => type === names.type && definer !== 'defineEvent');
  if (!isJob) {
    requireNewType(names, root);
    return;
  }
  const [, line] = scheduleEdits(names, cron);
  throw new Fault(
    `The job ${names.type} already exists; nothing was written. It is scheduled by a line in ${line.file}, with the job's data in place of {}:\n\n  ${line.line}`,
  );
}

function eventTypes(root: string): string[] {
  return messageTypes(root)
    .filter(({ definer }) => definer === 'defineEvent')
    .map(({ type }) => type);
}

function messageTypes(root: string) {
  const files = [folder, jobs].flatMap((each) =>
    existsSync(join(root, each)) ? readdirSync(join(root, each)).map((name) => `${each}/${name}`) : [],
  );
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => {
      const [, definer = '', type = ''] =
        /^export const \w+ = (define\w+|job)\(\s*'([^']+)'/m.exec(readFileSync(join(root, file), 'utf8')) ?? [];
      return type === '' ? [] : [{ file, definer, type }];
    });
}
