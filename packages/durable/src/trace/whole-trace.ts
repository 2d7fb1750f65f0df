import type { Database } from '@postern/runtime';
import { askElsewhere } from '../peer/ask-elsewhere.ts';
import type { Moment } from './moment.ts';
import { inOrder, readTrace, type TraceLook } from './read-trace.ts';

/** Traces that the other service is asked for besides the id itself. Of a person with more it knows by the person's id. */
const MOST_TRACES = 5;

export interface WholeTraceOptions {
  /** What this service's tables know besides its outbox. */
  look: TraceLook;
  /** What another service knows; undefined where it may not be asked. */
  ask: ((id: string) => Promise<Moment[]>) | undefined;
  /** Is told, once, why the other's part is missing. */
  note: (line: string) => void;
}

/**
 * All that is known of an id, in order. The other service knows requests by their traces and no mail, event or provider: it is asked
 * for the traces that what was found here belongs to, too.
 */
export async function wholeTrace(database: Database, id: string, options: WholeTraceOptions): Promise<Moment[]> {
  const { look, ask, note } = options;
  const complaints = new Set<string>();
  const elsewhere = (asked: string) =>
    askElsewhere(
      () => ask?.(asked),
      (line) => complaints.add(line),
    );
  const [own, direct] = await Promise.all([readTrace(database, look, id), elsewhere(id)]);
  const traces = new Set(own.flatMap(({ ids: { trace } }) => (trace === undefined || trace === id ? [] : trace)));
  const further = traces.size > MOST_TRACES || complaints.size > 0 ? [] : await Promise.all([...traces].map(elsewhere));
  for (const line of complaints) note(line);
  const others = new Map([...direct, ...further.flat()].map((moment) => [JSON.stringify(moment), moment]));
  return inOrder([...own, ...others.values()]);
}
