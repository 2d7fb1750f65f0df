import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../fault.ts';
import type { ServiceName } from '../playground/playground.ts';
import type { Terminal } from '../terminal.ts';
import { requireEvent, requireNewType } from './catalog.ts';
import { endpointScaffolds } from './endpoint-scaffolds.ts';
import { eventEndpointScaffolds } from './event-endpoint-scaffolds.ts';
import { eventScaffold, listenerScaffold, mailListenerScaffold, mailScaffold } from './event-scaffolds.ts';
import { jobScaffolds, scheduleScaffolds } from './job-scaffolds.ts';
import { migrationScaffold } from './migration-scaffold.ts';
import { moduleScaffolds } from './module-scaffolds.ts';
import { type Names, namesOf } from './names.ts';
import type { Scaffold } from './scaffold.ts';
import { spokenIn } from './spoken-in.ts';

export type Kind = 'event' | 'mail' | 'listener' | 'all' | 'job' | 'schedule' | 'endpoint' | 'module' | 'migration';

/** What a generator is told beside the name. */
export interface MakeOptions {
  /** Whose migration it is (default the gateway's). */
  service?: ServiceName;
  /** The event that an endpoint dispatches. */
  event?: string | undefined;
}

const kinds: Record<Kind, (names: Names, root: string, options: MakeOptions) => Scaffold[]> = {
  event: (names, root) => {
    requireNewType(names, root);
    return [eventScaffold(names)];
  },
  mail: (names, root) => [mailScaffold(names, spokenIn(root))],
  listener: (names, root) => {
    requireEvent(names, root);
    const hasMail = existsSync(join(root, mailScaffold(names, []).file));
    return [hasMail ? mailListenerScaffold(names) : listenerScaffold(names)];
  },
  all: (names, root) => {
    requireNewType(names, root);
    return [eventScaffold(names), mailScaffold(names, spokenIn(root)), mailListenerScaffold(names)];
  },
  job: (names, root) => {
    requireNewType(names, root);
    return jobScaffolds(names);
  },
  schedule: (names, root) => {
    requireNewType(names, root);
    return scheduleScaffolds(names);
  },
  endpoint: (names, root, { event }) => {
    if (event === undefined) return endpointScaffolds(names);
    const eventNames = namesOf(event);
    requireEvent(eventNames, root);
    return eventEndpointScaffolds(names, eventNames);
  },
  module: (names) => moduleScaffolds(names),
  migration: (names, root, { service = 'gateway' }) => [migrationScaffold(names, root, service)],
};

/** What would be written. @throws Fault for a bad name, and for an event that is missing or there already */
export function scaffoldsOf(kind: Kind, name: string, root: string, options: MakeOptions = {}): Scaffold[] {
  return kinds[kind](namesOf(name, kind === 'module' ? 1 : 2), root, options);
}

/**
 * Writes the files of something new, and the line in each list that registers it. A file that exists is never overwritten, and
 * nothing is written when one of several exists.
 *
 * @throws Fault for a bad name, a file that exists, and a list that is missing
 */
export function make(kind: Kind, name: string, terminal: Terminal, root: string, options: MakeOptions = {}): void {
  const scaffolds = scaffoldsOf(kind, name, root, options);
  for (const { file, edits = [] } of scaffolds) {
    if (existsSync(join(root, file))) throw new Fault(`${file} already exists; nothing was written.`);
    const missing = edits.find((edit) => !existsSync(join(root, edit.file)));
    if (missing) throw new Fault(`${missing.file} is missing; nothing was written.`);
  }
  for (const { file, text, edits = [] } of scaffolds) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    terminal.line(`  ${terminal.green('+')} ${file}`);
    for (const edit of edits) {
      const list = join(root, edit.file);
      writeFileSync(list, edit.apply(readFileSync(list, 'utf8')));
      terminal.line(`    ${terminal.dim(`${edit.file}: ${edit.line}`)}`);
    }
  }
  if (scaffolds.some(({ file }) => file.includes('/mails/'))) {
    terminal.line();
    terminal.line('Once the mail reads as it should, its snapshots are written, to be committed with it:');
    terminal.line('  npx -y pnpm@12 exec vitest run --project unit services/worker/src/mail/content/mails -u');
  }
}
