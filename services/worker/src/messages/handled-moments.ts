import type { Moment } from '@postern/durable';
import { bytesToId, type Database, idToBytes, isUuid, timeOfId, toDate } from '@postern/runtime';

/** Under which the inbox knows that a job is done: no listener of an event. */
const JOB = 'job';

/** When these events were written, with the change that each reports, and which listeners have handled them. */
export async function handledMoments(database: Database, events: readonly string[]): Promise<Moment[]> {
  const rows: { message_id: Buffer; listener: string; done_at: unknown }[] = await database
    .sql('deliveries')
    .whereIn('message_id', events.filter(isUuid).map(idToBytes))
    .whereNot('listener', JOB);
  const runs = rows.map(({ message_id, listener, done_at }) => ({
    at: toDate(done_at) as Date,
    part: 'handled',
    what: `by ${listener}`,
    ids: { event: bytesToId(Buffer.from(message_id)) },
  }));
  return [...published(new Set(runs.map((run) => run.ids.event))), ...runs];
}

/** An event's id says when it was written, long after its message has gone. */
function published(events: ReadonlySet<string>): Moment[] {
  return [...events].flatMap((event) => {
    const at = timeOfId(event);
    const what = 'an event was written to the outbox';
    return at === undefined ? [] : { at, part: 'published', what, ids: { event } };
  });
}
