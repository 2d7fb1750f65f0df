import { type Moment, readTracedId, type TracedId, type TraceLook } from '@postern/durable';
import type { Database } from '@postern/runtime';
import { letterTrace } from './dead-letters/letter-trace.ts';
import { jobTrace } from './jobs/job-trace.ts';
import { listenerTrace } from './listeners/listener-trace.ts';
import { mailTrace } from './mail/delivery/ledger/mail-trace.ts';

/** Traces that are looked for besides the id itself: of a person with more, the newest. */
const MAX_TRACES = 5;

/** What an address is known by here: its hash. */
export type HashAddress = (address: string) => Buffer | Promise<Buffer>;

/**
 * What the worker's tables know of an id or an address, besides its outbox, and of the traces that it belongs to: an event knows no mail of a
 * job that was dispatched for it, and a mail no job, but all know their trace.
 */
export function workerTrace(hash: HashAddress): TraceLook {
  return async (database, id) => {
    const found = await look(database, id, hash);
    const own = id.uuid?.replaceAll('-', '');
    const newest = found.toSorted((one, other) => other.at.getTime() - one.at.getTime());
    const traces = newest.flatMap(({ ids: { trace } }) => (trace === undefined || trace === own ? [] : trace));
    const those = [...new Set(traces)].slice(0, MAX_TRACES).sort();
    const whole = await Promise.all(those.map((trace) => look(database, readTracedId(trace), hash)));
    // In the order of the traces, whichever id led there.
    return distinct([...whole.flat(), ...found]);
  };
}

async function look(database: Database, id: TracedId, hash: HashAddress): Promise<Moment[]> {
  const parts = await Promise.all([mailTrace(database, id, hash), letterTrace(database, id), jobTrace(database, id)]);
  const found = parts.flat();
  // What mails, jobs and letters were for: an event has no record but of its listeners.
  const messages = found.flatMap(({ ids }) => [ids.for, ids.message].filter((each) => each !== undefined));
  return distinct([...found, ...(await listenerTrace(database, id, messages))]);
}

function distinct(moments: readonly Moment[]): Moment[] {
  return [...new Map(moments.map((moment) => [JSON.stringify(moment), moment])).values()];
}
