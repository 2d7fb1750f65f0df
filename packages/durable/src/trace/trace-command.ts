import { argument, type Command, type Database, defineCommand, type Opened, table } from '@postern/runtime';
import { z } from 'zod';
import { type Moment, readTracedId, type TracedId } from './moment.ts';
import { outboxMoments } from './outbox-moments.ts';

export interface TraceCommandOptions {
  open: Opened<{ database: Database }>;
  /** What this service's tables know besides its outbox. */
  look: (database: Database, id: TracedId) => Promise<Moment[]>;
  /** Which part of the way they show, and who shows the rest. */
  sees: string;
  examples: readonly [string, ...string[]];
}

/** `trace`: all that is known of an id, on one time line, from what is kept anyway; what has not happened yet comes last. */
export function traceCommand({ open, look, sees, examples }: TraceCommandOptions): Command {
  return defineCommand({
    name: 'trace',
    summary: 'Shows what became of a request, event, message, mail or person, and what has yet to happen',
    about: `${sees}\nWhat is in SQS at the moment cannot be listed. Exits with 1 when nothing is known of the id.`,
    examples,
    input: {
      id: argument('any id: of a request or trace, event, message, mail or person', z.string().trim().min(1).max(255)),
    },
    run: ({ id }, { answer, note }) =>
      open(async ({ database }) => {
        // From its first connection on, times are the database's.
        await database.ping();
        const traced = readTracedId(id);
        const found = await Promise.all([look(database, traced), outboxMoments(database, traced)]);
        const order = ({ at, waits = false }: Moment) => [Number(waits), at.getTime()] as const;
        const moments = found.flat().toSorted((one, other) => compare(order(one), order(other)));
        answer({ id, moments }, moments.length === 0 ? 'nothing is known of it here' : linesOf(moments));
        note(sees);
        return moments.length === 0 ? 1 : 0;
      }),
  });
}

function compare([waits, at]: readonly [number, number], [others, other]: readonly [number, number]): number {
  return waits - others || at - other;
}

function linesOf(moments: readonly Moment[]): string[] {
  return table(
    moments.map(({ at, part, what, ids, waits }) => [
      `${waits ? 'since ' : ''}${at.toISOString()}`,
      part,
      `${what}  ${Object.entries(ids)
        .map(([name, id]) => `${name}=${id}`)
        .join(' ')}`,
    ]),
  );
}
