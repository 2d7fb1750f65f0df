import {
  type Command,
  type Database,
  defineCommand,
  flag,
  listLimit,
  type Opened,
  option,
  table,
  timeField,
} from '@postern/runtime';
import { z } from 'zod';
import type { AnsweredRequest } from '../http/records/find-requests.ts';
import { recentRequests } from '../http/records/recent-requests.ts';

const DAY_MS = 86_400_000;
const LISTED = 50;

/** What the gateway refused or failed at last, whoever asked: the records that traces are made of. */
export function requests(open: Opened<{ database: Database }>): Command {
  return defineCommand({
    name: 'requests',
    summary: 'Lists the newest requests that were refused or failed, and why',
    about:
      'Refused is a status of 400 to 499, failed one of 500 and above; neither option lists both. `trace` shows the rest of one by its id. Past 300 a minute of either a replica keeps none.',
    examples: ['requests --failed', 'requests --route /v1/auth/register --since 2026-01-31T10:00:00Z --json'],
    input: {
      failed: flag('those that failed'),
      refused: flag('those that were refused'),
      since: option('TIME', 'answered since then; without it, in the last 24 hours', timeField.optional()),
      route: option('PATTERN', 'of this path, such as /v1/users/:id', z.string().min(1).optional()),
      limit: option('COUNT', `at most so many, ${LISTED} by default`, listLimit.optional()),
    },
    run: ({ failed, refused, since, route, limit = LISTED }, { answer }) =>
      open(async ({ database }) => {
        const found = await recentRequests(database, {
          ...{ failed: failed || !refused, refused: refused || !failed, route, limit },
          since: since ?? new Date(database.clock.now().getTime() - DAY_MS),
        });
        answer(found, found.length === 0 ? 'none' : linesOf(found));
      }),
  });
}

function linesOf(found: readonly AnsweredRequest[]): string[] {
  const rows = found.map(({ at, status, method, route, requestId, failure }) => [
    ...[at.toISOString(), String(status), `${method} ${route}`, requestId, failure ?? '-'],
  ]);
  return table([['TIME', 'STATUS', 'ROUTE', 'REQUEST', 'WHY'], ...rows]);
}
