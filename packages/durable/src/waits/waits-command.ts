import { type Command, type Database, defineCommand, type Opened, option, table } from '@postern/runtime';
import { z } from 'zod';
import { askElsewhere } from '../ask-elsewhere.ts';
import { outboxWaits } from './outbox-waits.ts';
import { byAge, type Waiting, type WaitsQuery } from './waiting.ts';

/** What of one service waits besides its outbox. */
export type WaitsLook = (database: Database, query: WaitsQuery) => Promise<Waiting[]>;

interface WaitsCommandOptions {
  /** The service's database, which has answered, so that times are its own: `withDatabase`. */
  open: Opened<{ database: Database }>;
  look: WaitsLook;
  /** What of another service waits; without it, the command shows this service's part alone. */
  elsewhere?: () => ((query: WaitsQuery) => Promise<Waiting[]>) | undefined;
  /** Which part they show, and who shows the rest. */
  sees: string;
}

/** All that waits in one service, the oldest first. Nothing is received for it. */
export async function readWaits(database: Database, look: WaitsLook, query: WaitsQuery): Promise<Waiting[]> {
  const found = await Promise.all([look(database, query), outboxWaits(database, query)]);
  return byAge(found.flat());
}

/** `waits`: what has not happened yet, by kind; of everybody or of one person. */
export function waitsCommand({ open, look, elsewhere, sees }: WaitsCommandOptions): Command {
  return defineCommand({
    name: 'waits',
    summary: 'Shows what has not happened yet, by type, of everybody or of one person, without receiving it',
    about: `${sees}\nWhat is in SQS at the moment cannot be listed: \`status\` counts it.`,
    examples: ['waits', 'waits --user 0199…', 'waits --type mail.send --json'],
    input: {
      user: option('ID', 'about this person', z.guid('expected the id of a person').optional()),
      type: option('TYPE', 'of this type, such as mail.send; of mails their name', z.string().min(1).optional()),
    },
    run: ({ user, type }, { answer, note }) =>
      open(async ({ database }) => {
        const ask = elsewhere?.();
        const query = { user: user?.toLowerCase(), type };
        const [own, others] = await Promise.all([
          readWaits(database, look, query),
          askElsewhere(() => ask?.(query), note),
        ]);
        const waiting = byAge([...own, ...others]);
        answer(waiting, waiting.length === 0 ? 'nothing waits here' : linesOf(waiting));
        if (!ask) note(sees);
      }),
  });
}

function linesOf(waiting: readonly Waiting[]): string[] {
  const rows = waiting.map(({ part, type, count, oldest, next, why }) => [
    ...[part, type, String(count), oldest.toISOString(), next?.toISOString() ?? '-', why],
  ]);
  return table([['PART', 'TYPE', 'COUNT', 'SINCE', 'NEXT', 'WHY'], ...rows]);
}
