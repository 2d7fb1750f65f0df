import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import { eventFile } from './event-scaffolds.ts';
import { scheduleScaffold } from './job-scaffolds.ts';
import type { Names } from './names.ts';

const folder = 'packages/events/src/catalog';

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
  const isJob = messageTypes(root).some(({ type, definer }) => type === names.type && definer === 'defineJob');
  if (!isJob) {
    requireNewType(names, root);
    return;
  }
  const { file, text, edits } = scheduleScaffold(names, cron);
  throw new Fault(
    `The job ${names.type} already exists; nothing was written. What schedules it are two files of yours.

${file}, with the job's data in place of {}:

${text.replaceAll(/^(?=.)/gm, '  ')}
${edits.map(({ file: list, line }) => `A line in ${list}:\n\n  ${line}`).join('\n')}`,
  );
}

function eventTypes(root: string): string[] {
  return messageTypes(root)
    .filter(({ definer }) => definer === 'defineEvent')
    .map(({ type }) => type);
}

function messageTypes(root: string) {
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts') && name !== 'index.ts');
  return files.flatMap((name) => {
    const file = `${folder}/${name}`;
    const [, definer = '', type = ''] =
      /= (define\w+)\(\s*'([^']+)'/.exec(readFileSync(join(root, file), 'utf8')) ?? [];
    return type === '' ? [] : [{ file, definer, type }];
  });
}
