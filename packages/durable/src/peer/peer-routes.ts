import type { Database, OpsRoute, SecretRing } from '@postern/runtime';
import { ScheduleOrders } from '../schedules/schedule-orders.ts';
import { readTrace, type TraceLook } from '../trace/read-trace.ts';
import { readWaits, type WaitsLook } from '../waits/waits-command.ts';
import type { RequestsLook } from './answered-request.ts';
import { isSigned } from './peer-mac.ts';
import { unseal } from './peer-seal.ts';
import { readRequestsQuestion } from './requests-question.ts';

interface PeerRoutesOptions {
  database: Database;
  /** Whoever has one of its keys may ask. */
  ring: SecretRing;
  trace: TraceLook;
  waits: WaitsLook;
  requests: RequestsLook;
}

/** What another service of ours may ask on the ops port: this one's part of a trace, what waits here, what runs here by the clock, and what was answered here. */
export function peerRoutes({ database, ring, trace, waits, requests }: PeerRoutesOptions): OpsRoute[] {
  const answered = (path: string, answer: (query: URLSearchParams) => Promise<unknown>): OpsRoute => ({
    path,
    handle: async ({ url, headers }) => {
      const question = `${path}?${url.searchParams}`;
      if (!isSigned(ring, question, headers.authorization, database.clock.now())) {
        return { status: 401, body: { error: 'not signed with a key of PEER_KEY, or not within the last minute' } };
      }
      return { status: 200, body: await answer(url.searchParams) };
    },
  });
  return [
    answered('/peer/trace', (query) =>
      readTrace(database, trace, (unseal(ring, query.get('sealed') ?? '') ?? query.get('id') ?? '').slice(0, 255)),
    ),
    answered('/peer/waits', (query) =>
      readWaits(database, waits, { user: query.get('user') ?? undefined, type: query.get('type') ?? undefined }),
    ),
    answered('/peer/schedules', () => new ScheduleOrders(database).list()),
    answered('/peer/requests', (query) => requests(database, readRequestsQuestion(query, ring))),
  ];
}
