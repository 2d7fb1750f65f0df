import { type Moment, readTracedId, type TracedId } from '@postern/durable';
import type { Database } from '@postern/runtime';
import { letterTrace } from './dead-letters/letter-trace.ts';
import { jobTrace } from './jobs/job-trace.ts';
import { mailTrace } from './mail/delivery/ledger/mail-trace.ts';

/** Traces that are looked for besides the id itself. Of a person with more, what their id finds is shown. */
const MAX_TRACES = 5;

/**
 * What the worker's tables know of an id, besides its outbox, and of the traces that it belongs to: an event knows no mail of a job that was
 * dispatched for it, and a mail no job, but all know their trace.
 */
export async function workerTrace(database: Database, id: TracedId): Promise<Moment[]> {
  const found = await look(database, id);
  const own = id.uuid?.replaceAll('-', '');
  const traces = new Set(found.flatMap(({ ids: { trace } }) => (trace === undefined || trace === own ? [] : trace)));
  if (traces.size > MAX_TRACES) return found;
  const whole = await Promise.all([...traces].sort().map((trace) => look(database, readTracedId(trace))));
  // In the order of the traces, whichever id led there.
  return distinct([...whole.flat(), ...found]);
}

async function look(database: Database, id: TracedId): Promise<Moment[]> {
  const parts = await Promise.all([mailTrace(database, id), letterTrace(database, id), jobTrace(database, id)]);
  return distinct(parts.flat());
}

function distinct(moments: readonly Moment[]): Moment[] {
  return [...new Map(moments.map((moment) => [JSON.stringify(moment), moment])).values()];
}
