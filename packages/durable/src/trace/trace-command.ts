import { argument, type Command, type Database, defineCommand, type Opened, table } from '@postern/runtime';
import { z } from 'zod';
import type { Moment } from './moment.ts';
import type { TraceLook } from './read-trace.ts';
import { sinceBefore } from './since-before.ts';
import { wholeTrace } from './whole-trace.ts';

interface TraceCommandOptions {
  /** The service's database, which has answered, so that times are its own: `withDatabase`. */
  open: Opened<{ database: Database }>;
  /** What this service's tables know besides its outbox. */
  look: TraceLook;
  /** What another service knows; without it, the command shows this service's part alone. */
  elsewhere?: () => ((id: string) => Promise<Moment[]>) | undefined;
  /** Which part of the way they show, and who shows the rest. */
  sees: string;
  examples: readonly [string, ...string[]];
}

/** `trace`: all that is known of an id, on one time line, from what is kept anyway; what has not happened yet comes last. */
export function traceCommand({ open, look, elsewhere, sees, examples }: TraceCommandOptions): Command {
  return defineCommand({
    name: 'trace',
    summary: 'Shows what became of a request, event, message, mail or person, and what has yet to happen',
    about: `${sees}\nWhat is in SQS at the moment cannot be listed. Exits with 1 when nothing is known of it.`,
    examples,
    input: {
      id: argument(
        'any id: of a request or trace, event, job, mail or person; or an e-mail address',
        z.string().trim().min(1).max(255),
      ),
    },
    run: ({ id }, { answer, note }) =>
      open(async ({ database }) => {
        const ask = elsewhere?.();
        const moments = await wholeTrace(database, id, { look, ask, note });
        answer({ id, moments }, moments.length === 0 ? 'nothing is known of it here' : linesOf(moments));
        if (!ask) note(sees);
        if (moments.length === 0) note(noRecordOf(id));
        return moments.length === 0 ? 1 : 0;
      }),
  });
}

/** What leaves no record, and where to look instead. */
export function noRecordOf(id: string): string {
  if (id.includes('@')) return 'Nobody has signed up with this address, and no mail was queued for it.';
  return `Requests that only read, and those past 300 a minute of refusals, of failures and of one client, leave no record; a message in SQS has none yet. Search the logs of both services for “${id}”: it is their request_id, trace_id or message_id.`;
}

/** Each with the time since the one before it. */
function linesOf(moments: readonly Moment[]): string[] {
  return table(
    moments.map(({ at, part, what, ids, waits }, index) => [
      `${waits ? 'since ' : ''}${at.toISOString()}`,
      sinceBefore(moments, index),
      part,
      `${what}  ${Object.entries(ids)
        .map(([name, id]) => `${name}=${id}`)
        .join(' ')}`,
    ]),
  );
}
