import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import { messageFile } from './message-file.ts';
import type { Names } from './names.ts';
import { scheduleEdits } from './schedule-scaffolds.ts';

const folder = 'packages/events/src/catalog';
/** What else the package exports goes before what the catalog does. */
const index = 'packages/events/src/index.ts';
/** Jobs of the worker's own have no other place. */
const jobs = 'services/worker/src/jobs';

/** @throws Fault for a listener of an event that is not there: what is written would not compile */
export function requireEvent(names: Names, root: string): void {
  const types = typesOf('defineEvent', root);
  if (existsSync(join(root, messageFile(names))) && types.includes(names.type)) return;
  throw new Fault(
    `Unknown event ${names.type}: \`npx -y pnpm@12 postern make:event ${names.type}\` creates it, or make:all with its mail and listener. ` +
      `Known events: ${types.join(', ')}.`,
  );
}

/** @throws Fault for a job that the gateway cannot dispatch: one that is not there, or is the worker's own */
export function requireRequestedJob(names: Names, root: string): void {
  const found = messageTypes(root).find(({ type }) => type === names.type);
  if (found?.definer === 'defineJob' && found.file === messageFile(names)) return;
  if (found?.definer === 'defineEvent') {
    throw new Fault(`${names.type} is an event (${found.file}): dispatch it by --event ${names.type}.`);
  }
  const known = `Known jobs of endpoints: ${typesOf('defineJob', root).join(', ')}.`;
  throw new Fault(
    found
      ? `${names.type} is a job that the worker alone knows (${found.file}): one that endpoints dispatch is written by \`make:job … --from gateway\`. ${known}`
      : `Unknown job ${names.type}: \`npx -y pnpm@12 postern make:job ${names.type} --from gateway\` creates it. ${known}`,
  );
}

/** The file of a job of the worker's own. @throws Fault for one that there is not, or that is in the catalog */
export function ownJobFile({ type }: Names, root: string): string {
  const all = messageTypes(root);
  const found = all.find((it) => it.type === type);
  if (found?.definer === 'job') return found.file;
  if (found?.definer === 'defineJob') {
    throw new Fault(
      `${type} is a job of the catalog: give defineJob { queue: … } in ${found.file}. Nothing was written.`,
    );
  }
  const known = all.filter(({ definer }) => definer === 'job').map((it) => it.type);
  throw new Fault(`There is no job ${type}; nothing was written. Jobs of the worker: ${known.join(', ')}.`);
}

/** @throws Fault for a second message of one type, which would keep both services from starting, and for what the package exports already */
export function requireNewType({ type, pascal }: Names, root: string): void {
  const taken = messageTypes(root).find((it) => it.type === type);
  if (taken) throw new Fault(`${taken.file} already has the type ${type}; nothing was written.`);
  if (existsSync(join(root, index)) && new RegExp(`\\b${pascal}\\b`).test(readFileSync(join(root, index), 'utf8')))
    throw new Fault(`Another name is needed: ${index} already has ${pascal}. Nothing was written.`);
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

function typesOf(definer: 'defineEvent' | 'defineJob', root: string): string[] {
  return messageTypes(root)
    .filter((message) => message.definer === definer)
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
