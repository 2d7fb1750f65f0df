import type { AnsweredRequest, RequestsQuery } from '@postern/durable';
import {
  type Command,
  type Database,
  defineCommand,
  flag,
  isUuid,
  listLimit,
  type Opened,
  option,
  table,
  timeField,
} from '@postern/runtime';
import { z } from 'zod';
import { recentRequests } from '../http/records/recent-requests.ts';
import { peopleOf } from './people-of.ts';

const DAY_MS = 86_400_000;
const LISTED = 50;

/** What the gateway refused, failed at or did last, whoever asked: the records that traces are made of. */
export function requests(open: Opened<{ database: Database }>): Command {
  return defineCommand({
    name: 'requests',
    summary: 'Lists the newest requests that were refused or failed, and why, or those that did something',
    about:
      'Refused is a status of 400 to 499, failed one of 500 and above; without an option both are listed. What only reads and succeeds leaves no record. `trace` shows the rest of one by its id, and the console has the same list. Past 300 a minute of either a replica keeps none, and past ten a minute of a person not whose they are.',
    examples: [
      'requests --failed',
      'requests --user ann@example.com',
      'requests --route /v1/auth/register --since 2026-01-31T10:00:00Z --json',
    ],
    input: {
      failed: flag('those that failed'),
      refused: flag('those that were refused'),
      done: flag(
        'those that succeeded and changed something, of nobody in particular: `trace` has them by their person',
      ),
      user: option(
        'WHO',
        'of whoever has this id or address, and had signed in',
        z
          .string()
          .refine((text) => text.includes('@') || isUuid(text), 'expected an id or an address')
          .optional(),
      ),
      since: option(
        'TIME',
        'answered since then; without it, in the 24 hours before now or --before, and all of a person',
        timeField.optional(),
      ),
      before: option('TIME', 'answered before then', timeField.optional()),
      route: option('PATTERN', 'of this path, such as /v1/users/:id', z.string().min(1).optional()),
      limit: option('COUNT', `at most so many, ${LISTED} by default`, listLimit.optional()),
    },
    run: ({ failed, refused, done, user, limit = LISTED, ...rest }, { answer }) =>
      open(async ({ database }) => {
        const all = !failed && !refused && !done;
        const kinds = { failed: failed || all, refused: refused || all, done };
        const found = await answeredRequests(database, { ...rest, ...kinds, person: user, limit });
        answer(found, found.length === 0 ? 'none' : linesOf(found));
      }),
  });
}

/** What this service has answered, the newest first. */
export async function answeredRequests(database: Database, query: RequestsQuery): Promise<AnsweredRequest[]> {
  const { person, since, ...rest } = query;
  if (person === undefined) {
    const until = rest.before ?? database.clock.now();
    return recentRequests(database, { ...rest, since: since ?? new Date(until.getTime() - DAY_MS) });
  }
  const userIds = person.includes('@') ? await peopleOf(database, person) : [person];
  return recentRequests(database, { ...rest, userIds, since: since ?? new Date(0) });
}

function linesOf(found: readonly AnsweredRequest[]): string[] {
  const rows = found.map(({ at, status, method, route, requestId, failure }) => [
    ...[at.toISOString(), String(status), `${method} ${route}`, requestId, failure ?? '-'],
  ]);
  return table([['TIME', 'STATUS', 'ROUTE', 'REQUEST', 'WHY'], ...rows]);
}
