import { Fault } from '../fault.ts';
import { requireEvent, requireRequestedJob } from './catalog.ts';
import { changingEndpointScaffolds } from './changing-endpoint-scaffolds.ts';
import { type DispatchedMessage, type EndpointRequest, rowId } from './endpoint-request.ts';
import { endpointScaffolds } from './endpoint-scaffolds.ts';
import { type Field, readFields } from './fields.ts';
import { messageFields } from './message-fields.ts';
import { migrationScaffold } from './migration-scaffold.ts';
import { type Names, namesOf, pathOf } from './names.ts';
import { resourceScaffolds } from './resource-scaffolds.ts';
import type { Method, Scaffold } from './scaffold.ts';

export interface EndpointOptions {
  method?: Method | undefined;
  /** All that its owner does with a row of the table. */
  resource?: boolean;
  event?: string | undefined;
  job?: string | undefined;
  table?: string | undefined;
  fields?: string | undefined;
  about?: string | undefined;
}

/** Columns that a table of somebody's rows has by itself. */
const OWN_COLUMNS = ['id', 'user_id', 'created_at'];

/** An operation that reads, one that changes something, or all those of a table. @throws Fault for options that do not go together */
export function requestedEndpoint(names: Names, root: string, options: EndpointOptions): Scaffold[] {
  requireTogether(options);
  const { resource, event, job, table, fields, about } = options;
  const changes = [event, job, table, fields].some((each) => each !== undefined);
  const { method = changes ? 'POST' : 'GET' } = options;
  if (resource) {
    const kept = table === undefined ? names : namesOf(table, { fewest: 1, example: 'orders' });
    const request = requestOf(root, { ...options, method: 'POST' }, kept);
    const [first, ...rest] = request.fields;
    if (!first) throw nothingKept(kept);
    const scaffolds = resourceScaffolds(names, { ...request, fields: [first, ...rest], table: kept });
    return [...scaffolds, tableOf(names, kept, root, request.fields)];
  }
  if (method === 'GET') return endpointScaffolds(names, about);
  const kept = table === undefined ? undefined : namesOf(table, { fewest: 1, example: 'orders' });
  const request = requestOf(root, { ...options, method }, kept);
  if (kept && request.fields.length === 0) throw nothingKept(kept);
  if (method === 'DELETE' && request.fields.length > 0) {
    throw new Fault(
      `A DELETE is sent nothing, and ${request.fields.map(({ name }) => name).join(', ')} would be: use another method.`,
    );
  }
  const scaffolds = changingEndpointScaffolds(names, request);
  return kept ? [...scaffolds, tableOf(names, kept, root, request.fields)] : scaffolds;
}

/** @throws Fault for options of which one has no effect beside the other */
function requireTogether({ method, resource, event, job, table, fields }: EndpointOptions): void {
  if (event !== undefined && job !== undefined) {
    throw new Fault(
      'An endpoint dispatches an event or a job: give one of --event and --job. A listener of the event can dispatch the job.',
    );
  }
  if (resource && method !== undefined)
    throw new Fault('--resource writes an operation of each method: leave --method out.');
  if (table !== undefined && !resource && method !== undefined && method !== 'POST') {
    throw new Fault(`--table keeps what a POST is sent. The ${method} of such a table comes with --resource.`);
  }
  if (method === 'GET' && [event, job, fields].some((each) => each !== undefined)) {
    throw new Fault(
      'A GET is sent nothing and changes nothing: leave --fields, --event and --job out, or use another method.',
    );
  }
}

function nothingKept({ type }: Names): Fault {
  return new Fault(`Nothing would be kept in ${type}: give --fields "item:string quantity:integer".`);
}

function requestOf(
  root: string,
  { method, event, job, fields, about }: EndpointOptions & Pick<EndpointRequest, 'method'>,
  table: Names | undefined,
): EndpointRequest {
  const message = messageOf(root, { event, job });
  const id = rowId({ message, table });
  // One of that name in the body would take the place of the row's in what is dispatched.
  const given = readFields(fields, id === undefined ? [] : [...OWN_COLUMNS, id]);
  if (!message) return { method, fields: given, table, about };
  const carried = message.carries.own.filter(({ name }) => name !== id);
  const taken = carried.find(({ name }) => table && OWN_COLUMNS.includes(name));
  if (taken) {
    throw new Fault(
      `${message.names.type} carries ${taken.name}, which a table has by itself: call it otherwise there.`,
    );
  }
  const further = given.filter(({ name }) => !carried.some((each) => each.name === name));
  return { method, fields: [...carried, ...further], message, table, about };
}

/** What it dispatches, with what that carries. @throws Fault for an event or a job that there is not */
function messageOf(
  root: string,
  { event, job }: Pick<EndpointOptions, 'event' | 'job'>,
): DispatchedMessage | undefined {
  const type = event ?? job;
  if (type === undefined) return undefined;
  const names = namesOf(type);
  if (event !== undefined) requireEvent(names, root);
  else requireRequestedJob(names, root);
  return { kind: event === undefined ? 'job' : 'event', names, carries: messageFields(names, root) };
}

/** The table of what is sent, which the operation's limit bounds. */
function tableOf(room: Names, table: Names, root: string, fields: readonly Field[]): Scaffold {
  const path = pathOf(room);
  return migrationScaffold(table, root, {
    ...{ service: 'gateway', fields, owned: true },
    about: `what POST ${path} was sent: ${fields.map((field) => field.name).join(', ')}`,
    bound: `by the limit of POST ${path} (${room.file}.test.ts), until the person is erased`,
  });
}
