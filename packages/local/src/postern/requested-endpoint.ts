import { Fault } from '../fault.ts';
import { requireEvent } from './catalog.ts';
import { endpointScaffolds } from './endpoint-scaffolds.ts';
import { eventFields } from './event-fields.ts';
import { readFields } from './fields.ts';
import { migrationScaffold } from './migration-scaffold.ts';
import { type Names, namesOf, pathOf } from './names.ts';
import { type PostEndpoint, postEndpointScaffolds, rowId } from './post-endpoint-scaffolds.ts';
import type { Scaffold } from './scaffold.ts';

export interface EndpointOptions {
  event?: string | undefined;
  table?: string | undefined;
  fields?: string | undefined;
  about?: string | undefined;
}

/** Columns that a table has by itself. */
export const OWN_COLUMNS = ['id', 'user_id', 'created_at'];

/** An operation that reads, or with an event or a table one that is sent something. @throws Fault for options that do not go together */
export function requestedEndpoint(names: Names, root: string, options: EndpointOptions): Scaffold[] {
  const { event, table, fields, about } = options;
  if (event === undefined && table === undefined) {
    if (fields === undefined) return endpointScaffolds(names, about);
    throw new Fault('An endpoint takes --fields for what it does with them: give --table, or --event with none.');
  }
  const post = postOf(root, options);
  const scaffolds = postEndpointScaffolds(names, post);
  return post.table ? [...scaffolds, tableOf(names, post.table, root, post)] : scaffolds;
}

function postOf(root: string, { event, table, fields, about }: EndpointOptions): PostEndpoint {
  const tableNames = table === undefined ? undefined : namesOf(table, 1);
  if (event === undefined) {
    const own = readFields(fields, OWN_COLUMNS);
    if (own.length === 0)
      throw new Fault(`Nothing would be kept in ${table}: give --fields "item:string quantity:integer".`);
    return { fields: own, table: tableNames, about };
  }
  if (fields !== undefined) throw new Fault(`The fields are those of ${event}: leave --fields out.`);
  const eventNames = namesOf(event);
  requireEvent(eventNames, root);
  const carries = eventFields(eventNames, root);
  const id = rowId({ event: { names: eventNames, carries }, table: tableNames });
  const sent = carries.own.filter(({ name }) => name !== id);
  const taken = sent.find(({ name }) => table !== undefined && OWN_COLUMNS.includes(name));
  if (taken) throw new Fault(`${event} carries ${taken.name}, which a table has by itself: call it otherwise there.`);
  if (table !== undefined && sent.length === 0)
    throw new Fault(`${event} carries nothing that could be kept in ${table}.`);
  return { fields: sent, event: { names: eventNames, carries }, table: tableNames, about };
}

/** The table of what is sent, which the operation's limit bounds. */
function tableOf(room: Names, table: Names, root: string, { fields }: PostEndpoint): Scaffold {
  const path = pathOf(room);
  return migrationScaffold(table, root, {
    service: 'gateway',
    fields,
    about: `what POST ${path} was sent: ${fields.map((field) => field.name).join(', ')}`,
    personal: `by the limit of POST ${path} (${room.file}.test.ts), until the person is erased`,
  });
}
