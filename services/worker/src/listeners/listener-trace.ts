import type { Moment, TracedId } from '@postern/durable';
import { bytesToId, type Database, idToBytes, isUuid, timeOfId, toDate } from '@postern/runtime';
import { listeners } from './index.ts';

/** Tries of listeners that are shown, the newest first. */
const MOST = 100;
/** Under which the inbox knows that a job is done: no listener of an event. */
const JOB = 'job';
/** What this release's listeners hear: what has succeeded is known by its listener alone. */
const typeOf = new Map(listeners.map(({ name, event }) => [name, event.type]));

interface Try {
  event_id: Buffer;
  listener: string;
  attempt: number;
  type: string;
  outcome: 'failed' | 'waits';
  error: string;
  trace_id: Buffer | null;
  user_id: Buffer | null;
  at: unknown;
}

/**
 * When events were written, with the change that each reports; which listeners have handled them, and why others have not yet.
 *
 * @param events ids of messages that something was done for, besides the id itself
 */
export async function listenerTrace(
  database: Database,
  { uuid }: TracedId,
  events: readonly string[],
): Promise<Moment[]> {
  const asked = [...new Set([...events, ...(uuid === undefined ? [] : [uuid])])].filter(isUuid).map(idToBytes);
  const tries = await findTries(database, uuid, asked);
  const ids = distinct([...asked, ...tries.map(({ event_id }) => event_id)]);
  const runs: { message_id: Buffer; listener: string; done_at: unknown }[] = await database
    .sql('deliveries')
    .whereIn('message_id', ids)
    .whereNot('listener', JOB);
  const done = runs.map(({ message_id, listener, done_at }) => ({
    at: toDate(done_at) as Date,
    part: 'handled',
    what: `by ${listener}`,
    ids: { event: idOf(message_id) },
  }));
  const types = new Map([
    ...runs.map(({ message_id, listener }) => [idOf(message_id), typeOf.get(listener)] as const),
    ...tries.map(({ event_id, type }) => [idOf(event_id), type] as const),
  ]);
  const succeeded = new Set(runs.map(({ message_id, listener }) => `${idOf(message_id)}/${listener}`));
  const waiting = await whatWaits(
    database,
    tries.filter(({ event_id, listener }) => !succeeded.has(`${idOf(event_id)}/${listener}`)),
  );
  return [...published(types), ...done, ...tries.map(tryMoment), ...waiting];
}

async function findTries({ sql }: Database, uuid: string | undefined, events: readonly Buffer[]): Promise<Try[]> {
  const tries = () => sql<Try>('listener_tries').orderBy('at', 'desc').limit(MOST);
  const ofPerson =
    uuid === undefined ? [] : ['trace_id', 'user_id'].map((column) => tries().where(column, idToBytes(uuid)));
  const rows = (await Promise.all([tries().whereIn('event_id', events), ...ofPerson])).flat() as Try[];
  const keyed = rows.map((row) => [`${idOf(row.event_id)}/${row.listener}/${row.attempt}`, row] as const);
  return [...new Map(keyed).values()];
}

function tryMoment(one: Try): Moment {
  const { listener, attempt, outcome, error, at } = one;
  const what = outcome === 'waits' ? `was asked to wait: ${error}` : `failed at its try ${attempt}: ${error}`;
  return { at: toDate(at) as Date, part: 'listener', what: `${listener} ${what}`, ids: idsOf(one) };
}

/** Of events that were not given up: one line a listener, since its last try. */
async function whatWaits({ sql }: Database, tries: readonly Try[]): Promise<Moment[]> {
  if (tries.length === 0) return [];
  const ids = tries.map(({ event_id }) => idOf(event_id));
  const dead: string[] = await sql('dead_letters')
    .where({ queue: 'events' })
    .whereIn('letter_id', ids)
    .whereNot({ state: 'sent' })
    .pluck('letter_id');
  const inOrder = tries.toSorted((one, other) => one.attempt - other.attempt);
  const last = new Map(inOrder.map((one) => [`${idOf(one.event_id)}/${one.listener}`, one]));
  return [...last.values()]
    .filter(({ event_id }) => !dead.includes(idOf(event_id)))
    .map((one) => ({
      ...{ at: toDate(one.at) as Date, part: 'listener', ids: idsOf(one), waits: true },
      what: `${one.listener} waits for its next try`,
    }));
}

/** An event's id says when it was written, long after its message has gone. */
function published(types: ReadonlyMap<string, string | undefined>): Moment[] {
  return [...types].flatMap(([event, type]) => {
    const at = timeOfId(event);
    const what = `${type ?? 'an event'} was written to the outbox`;
    return at === undefined ? [] : { at, part: 'published', what, ids: { event } };
  });
}

function idsOf({ event_id, trace_id, user_id }: Try): Record<string, string> {
  return {
    event: idOf(event_id),
    ...(trace_id && { trace: Buffer.from(trace_id).toString('hex') }),
    ...(user_id && { user: idOf(user_id) }),
  };
}

function idOf(bytes: Buffer): string {
  return bytesToId(Buffer.from(bytes));
}

function distinct(ids: readonly Buffer[]): Buffer[] {
  return [...new Map(ids.map((id) => [Buffer.from(id).toString('hex'), id])).values()];
}
