import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import type { ServiceName } from '../repository.ts';
import { alertScaffold } from './alert-scaffold.ts';
import { requireEvent, requireNewScheduled, requireNewType } from './catalog.ts';
import { columnScaffold } from './column-scaffold.ts';
import {
  type Content,
  eventScaffold,
  listenerScaffold,
  mailFile,
  mailListenerScaffold,
  mailScaffold,
} from './event-scaffolds.ts';
import { readFields } from './fields.ts';
import { jobScaffold, requestedJobScaffolds } from './job-scaffolds.ts';
import { PERSON } from './message-fields.ts';
import { migrationScaffold } from './migration-scaffold.ts';
import { moduleScaffolds } from './module-scaffolds.ts';
import { type NameRule, type Names, namesOf, TWO_WORDS } from './names.ts';
import { QUEUE_NAME, requireJobQueue } from './queue-names.ts';
import { queueScaffold } from './queue-scaffold.ts';
import { requestedEndpoint } from './requested-endpoint.ts';
import type { Method, Scaffold } from './scaffold.ts';
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
  /** Which jobs' queue a job goes over, and which jobs a new queue carries. */
  queue?: string | undefined;
  jobs?: readonly string[];
  method?: Method | undefined;
  /** Whether an endpoint is all those of a table. */
  resource?: boolean;
  /** The event or job that an endpoint dispatches, and the table where it keeps what it is sent. */
  event?: string | undefined;
  job?: string | undefined;
  table?: string | undefined;
  /** The table that a migration changes, where it makes none. */
  change?: string | undefined;
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
    return [eventScaffold(names, contentOf(options, Object.keys(PERSON)))];
  },
  mail: (names, root, options) => [mailScaffold(names, spokenIn(root), contentOf(options, ['first_name']))],
  listener: (names, root) => {
    requireEvent(names, root);
    const hasMail = existsSync(join(root, mailFile(names)));
    return [hasMail ? mailListenerScaffold(names) : listenerScaffold(names)];
  },
  all: (names, root, options) => {
    requireNewType(names, root);
    const content = contentOf(options, Object.keys(PERSON));
    const mail = { ...content, about: `Goes to the person of ${names.type}` };
    return [eventScaffold(names, content), mailScaffold(names, spokenIn(root), mail), mailListenerScaffold(names)];
  },
  job: (names, root, { from = 'worker', queue, fields, about }) => {
    requireNewType(names, root);
    const content = {
      ...(fields !== undefined && { fields: readFields(fields) }),
      ...{ about, queue: queue === undefined ? undefined : requireJobQueue(queue, root) },
    };
    return from === 'gateway' ? requestedJobScaffolds(names, content) : [jobScaffold(names, content)];
  },
  schedule: (names, root, { service = 'worker', cron, queue, about }) => {
    if (service === 'gateway') {
      if (queue !== undefined)
        throw new Fault('A schedule of the gateway is a function, which goes over no queue: leave --queue out.');
      return [gatewayScheduleScaffold(names, { cron, about })];
    }
    requireNewScheduled(names, root, cron);
    return [
      scheduleScaffold(names, { cron, about, queue: queue === undefined ? undefined : requireJobQueue(queue, root) }),
    ];
  },
  endpoint: (names, root, options) => {
    requireNewRoom(names, root);
    return requestedEndpoint(names, root, options);
  },
  module: (names, root) => {
    requireNewRoom(names, root);
    return moduleScaffolds(names);
  },
  migration: (names, root, { service = 'gateway', change, fields, about }) => {
    const content = { service, fields: readFields(fields, ['id', 'created_at']), about };
    if (change !== undefined) return [columnScaffold(names, root, { ...content, change })];
    return [migrationScaffold(names, root, content)];
  },
  variable: (names, root, { service = 'gateway', ...rest }) => [variableScaffold(names, root, { service, ...rest })],
  queue: (names, root, { jobs = [] }) => [queueScaffold(names, root, jobs)],
  alert: (names, root, { when = '', about, action }) => [alertScaffold(names, root, { when, about, action })],
};

/** @param own fields that it has by itself */
function contentOf({ fields, about }: MakeOptions, own: readonly string[]): Content {
  return { fields: readFields(fields, own), about };
}

/** @throws Fault for a capability whose folder is there: that of another one, or the gateway's own */
function requireNewRoom({ file }: Names, root: string): void {
  const room = `services/gateway/src/${file}`;
  if (existsSync(join(root, room))) {
    throw new Fault(
      `${room} is there already; nothing was written. Choose another name, or add an operation to what is there.`,
    );
  }
}

const ONE_WORD: NameRule = { fewest: 1, example: 'orders' };

/** What something of the kind is called: an event has a noun and a verb, a capability or a table may be one word. */
const rules: Record<Kind, NameRule> = {
  ...{ event: TWO_WORDS, mail: TWO_WORDS, listener: TWO_WORDS, all: TWO_WORDS },
  ...{ job: { fewest: 2, example: 'invoice.print' }, schedule: { fewest: 2, example: 'invoices.prune' } },
  ...{ endpoint: ONE_WORD, module: ONE_WORD, migration: ONE_WORD, queue: QUEUE_NAME },
  ...{ variable: { fewest: 2, example: 'CARRIER_URL' }, alert: { fewest: 2, example: 'carrier.down' } },
};

/** What would be written. @throws Fault for a bad name, and for an event that is missing or there already */
export function scaffoldsOf(kind: Kind, name: string, root: string, options: MakeOptions = {}): Scaffold[] {
  return kinds[kind](namesOf(name, rules[kind]), root, options);
}
