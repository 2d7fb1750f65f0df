import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../fault.ts';
import type { ServiceName } from '../playground/playground.ts';
import type { Terminal } from '../terminal.ts';
import { alertScaffold } from './alert-scaffold.ts';
import { requireEvent, requireNewScheduled, requireNewType } from './catalog.ts';
import { PERSON } from './event-fields.ts';
import { eventScaffold, listenerScaffold, mailFile, mailListenerScaffold, mailScaffold } from './event-scaffolds.ts';
import { readFields } from './fields.ts';
import { jobScaffold, requestedJobScaffolds } from './job-scaffolds.ts';
import { migrationScaffold } from './migration-scaffold.ts';
import { moduleScaffolds } from './module-scaffolds.ts';
import { type Names, namesOf } from './names.ts';
import { queueScaffold } from './queue-scaffold.ts';
import { OWN_COLUMNS, requestedEndpoint } from './requested-endpoint.ts';
import type { Scaffold } from './scaffold.ts';
import { gatewayScheduleScaffold, scheduleScaffold } from './schedule-scaffolds.ts';
import { spokenIn } from './spoken-in.ts';
import { variableScaffold } from './variable-scaffold.ts';

export type Kind =
  | 'event'
  | 'mail'
  | 'listener'
  | 'all'
  | 'job'
  | 'schedule'
  | 'endpoint'
  | 'module'
  | 'migration'
  | 'queue'
  | 'variable'
  | 'alert';

/** What a generator takes besides the name. */
export interface MakeOptions {
  /** Whose migration or variable it is (default the gateway's), or schedule (default the worker's). */
  service?: ServiceName;
  /** Who dispatches a job (default the worker alone). */
  from?: ServiceName;
  /** The event that an endpoint dispatches, and the table where it keeps what it is sent. */
  event?: string | undefined;
  table?: string | undefined;
  /** What an event, a mail, a table or a body has: `item:string quantity:integer`. */
  fields?: string | undefined;
  /** When a schedule fires (UTC). */
  cron?: string | undefined;
  /** A variable's value where nobody sets it. */
  fallback?: string | undefined;
  /** What it is, in a sentence. */
  about?: string | undefined;
  /** What an alert fires at, in PromQL. */
  when?: string;
  /** What to look at first when it fires. */
  action?: string | undefined;
}

const kinds: Record<Kind, (names: Names, root: string, options: MakeOptions) => Scaffold[]> = {
  event: (names, root, options) => {
    requireNewType(names, root);
    return [eventScaffold(names, contentOf(options))];
  },
  mail: (names, root, options) => [mailScaffold(names, spokenIn(root), contentOf(options))],
  listener: (names, root) => {
    requireEvent(names, root);
    const hasMail = existsSync(join(root, mailFile(names)));
    return [hasMail ? mailListenerScaffold(names) : listenerScaffold(names)];
  },
  all: (names, root, options) => {
    requireNewType(names, root);
    const content = contentOf(options);
    const mail = { ...content, about: `Goes to the person of ${names.type}` };
    return [eventScaffold(names, content), mailScaffold(names, spokenIn(root), mail), mailListenerScaffold(names)];
  },
  job: (names, root, { from = 'worker', fields, about }) => {
    requireNewType(names, root);
    const content = { ...(fields !== undefined && { fields: readFields(fields) }), about };
    return from === 'gateway' ? requestedJobScaffolds(names, content) : [jobScaffold(names, content)];
  },
  schedule: (names, root, { service = 'worker', cron, about }) => {
    if (service === 'gateway') return [gatewayScheduleScaffold(names, { cron, about })];
    requireNewScheduled(names, root, cron);
    return [scheduleScaffold(names, { cron, about })];
  },
  endpoint: requestedEndpoint,
  module: (names) => moduleScaffolds(names),
  migration: (names, root, { service = 'gateway', fields, about }) => [
    migrationScaffold(names, root, { service, fields: readFields(fields, OWN_COLUMNS), about }),
  ],
  variable: (names, root, { service = 'gateway', ...rest }) => [variableScaffold(names, root, { service, ...rest })],
  queue: (names, root) => [queueScaffold(names, root)],
  alert: (names, _root, { when = '', about, action }) => [alertScaffold(names, { when, about, action })],
};

function contentOf({ fields, about }: MakeOptions) {
  return { fields: readFields(fields, Object.keys(PERSON)), about };
}

/** Where a service has what it forgets of a person. */
const erasureOf: Record<ServiceName, { file: string; what: string }> = {
  gateway: {
    file: 'services/gateway/src/accounts/privacy/personal-tables.ts',
    what: 'a table with a column that says whose a row is (user_id)',
  },
  worker: {
    file: 'services/worker/src/mail/delivery/ledger/forget-person.ts',
    what: 'a table with an address, or anything else that names a person,',
  },
};

/** What one word names: a table, a queue, an operation or a capability. An event is a noun and a verb. */
const ONE_WORD: readonly Kind[] = ['endpoint', 'module', 'migration', 'queue'];

/** What would be written. @throws Fault for a bad name, and for an event that is missing or there already */
export function scaffoldsOf(kind: Kind, name: string, root: string, options: MakeOptions = {}): Scaffold[] {
  return kinds[kind](namesOf(name, ONE_WORD.includes(kind) ? 1 : 2), root, options);
}

/**
 * Writes the files of something new, and the line in each list that registers it. A file that exists is never overwritten, and
 * nothing is written when one of several exists.
 *
 * @returns the files that were written or got a line, from the root
 * @throws Fault for a bad name, a file that exists, and a list that is missing
 */
export function make(kind: Kind, name: string, terminal: Terminal, root: string, options: MakeOptions = {}): string[] {
  const scaffolds = scaffoldsOf(kind, name, root, options);
  for (const { file, edits = [] } of scaffolds) {
    if (file !== undefined && existsSync(join(root, file)))
      throw new Fault(`${file} already exists; nothing was written.`);
    const missing = edits.find((edit) => !existsSync(join(root, edit.file)));
    if (missing) throw new Fault(`${missing.file} is missing; nothing was written.`);
  }
  for (const scaffold of scaffolds) {
    if (scaffold.file !== undefined) {
      mkdirSync(dirname(join(root, scaffold.file)), { recursive: true });
      writeFileSync(join(root, scaffold.file), scaffold.text);
      terminal.line(`  ${terminal.green('+')} ${scaffold.file}`);
    }
    for (const edit of scaffold.edits ?? []) {
      const list = join(root, edit.file);
      writeFileSync(list, edit.apply(readFileSync(list, 'utf8')));
      terminal.line(`    ${terminal.dim(`${edit.file}: ${edit.line}`)}`);
    }
  }
  const advice = adviceOn(kind, scaffolds, namesOf(name, 1), options);
  if (advice.length > 0) terminal.line();
  for (const line of advice) terminal.line(line);
  return scaffolds.flatMap(({ file, edits = [] }) => [...(file ? [file] : []), ...edits.map((edit) => edit.file)]);
}

/** What is left to do by hand, or said in code, once it is written. */
function adviceOn(
  kind: Kind,
  scaffolds: readonly Scaffold[],
  names: Names,
  { service = 'gateway', table }: MakeOptions,
) {
  const advice: string[] = [];
  if (scaffolds.some(({ file }) => file?.includes('/mails/'))) {
    advice.push('Once the mail reads as it should, its snapshots are written, to be committed with it:');
    advice.push('  npx -y pnpm@12 exec vitest run --project unit services/worker/src/mail/content/mails -u');
  }
  if (kind === 'migration') {
    const { file, what } = erasureOf[service];
    advice.push(`Whoever is erased leaves nothing behind: ${what} belongs in`, `  ${file}`);
  }
  if (table !== undefined) {
    advice.push('Its rows are erased with their person. What the person gets to see of them belongs in');
    advice.push('  services/gateway/src/accounts/privacy/data-export.ts');
  }
  if (kind === 'queue') advice.push(`A job goes over it that says: queue: '${names.file}'`);
  return advice;
}
