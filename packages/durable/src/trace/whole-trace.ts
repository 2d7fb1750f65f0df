import type { Database } from '@postern/runtime';
import { askElsewhere } from '../ask-elsewhere.ts';
import type { Moment } from './moment.ts';
import { inOrder, readTrace, type TraceLook } from './read-trace.ts';

/** Traces that are looked for besides the id itself, on either side: of a person with more, the newest. */
const MAX_TRACES = 5;
const TRACE = /^[0-9a-f]{32}$/;

interface WholeTraceOptions {
  /** What this service's tables know besides its outbox. */
  look: TraceLook;
  /** What another service knows; undefined where it may not be asked. */
  ask: ((id: string) => Promise<Moment[]>) | undefined;
  /** Called once, with the reason why the other's part is missing. */
  note: (line: string) => void;
}

/**
 * All that is known of an id, in order. Each service knows ids that the other does not: one has requests, the other mails, events and
 * providers. What both know is the trace, so that what either has found is looked for on the other side by the traces that it belongs to.
 */
export async function wholeTrace(database: Database, id: string, options: WholeTraceOptions): Promise<Moment[]> {
  const { look, ask, note } = options;
  const complaints = new Set<string>();
  const here = (asked: string) => readTrace(database, look, asked);
  const elsewhere = (asked: string) =>
    askElsewhere(
      () => ask?.(asked),
      (line) => complaints.add(line),
    );
  const [own, direct] = await Promise.all([here(id), elsewhere(id)]);
  // The other service knows by its trace what of it waits in its outbox, too.
  const theirs = tracesOf(direct, id);
  const asked = complaints.size > 0 ? [] : [...new Set([...tracesOf(own, id), ...theirs])];
  const further = await Promise.all([...theirs.map(here), ...asked.map(elsewhere)]);
  for (const line of complaints) note(line);
  const moments = new Map([own, direct, ...further].flat().map((moment) => [JSON.stringify(moment), moment]));
  return inOrder([...moments.values()]);
}

/** Those that lead on, what happened last first. A request that brought no id of its own is named after its trace. */
function tracesOf(moments: readonly Moment[], asked: string): string[] {
  const newest = moments.toSorted((one, other) => other.at.getTime() - one.at.getTime());
  const traces = newest
    .flatMap(({ ids: { trace, request = '' } }) => trace ?? (TRACE.test(request) ? request : []))
    .filter((trace) => trace !== asked);
  return [...new Set(traces)].slice(0, MAX_TRACES);
}
