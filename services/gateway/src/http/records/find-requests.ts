import type { AnsweredRequest } from '@postern/durable';
import { bytesToId, idToBytes, type Sql, toDate } from '@postern/runtime';

/** Requests of one trace, and by default of one person, that are read. */
const MOST = 200;

export interface RequestRow {
  id: Buffer;
  request_id: string;
  trace_id: Buffer | null;
  user_id: Buffer | null;
  at: unknown;
  took_ms: number;
  method: string;
  route: string;
  status: number;
  failure: string | null;
}

interface Wanted {
  requestIds: readonly string[];
  /** In hex. */
  traceId: string | undefined;
  /** Whose refused and failed requests, the newest of each person. */
  userIds?: readonly string[];
  mostOfUser?: number | undefined;
}

/** The requests of these ids, of this trace and of these people. */
export async function findRequests(
  { sql }: Sql,
  { requestIds, traceId, userIds = [], mostOfUser = MOST }: Wanted,
): Promise<AnsweredRequest[]> {
  const records = () => sql<RequestRow>('request_records').orderBy('id', 'desc').limit(MOST);
  const found = await Promise.all([
    records().whereIn('request_id', requestIds),
    traceId === undefined ? [] : records().where({ trace_id: Buffer.from(traceId, 'hex') }),
    // One by one, so that the index has them in order.
    ...userIds.map((userId) =>
      records()
        .where({ user_id: idToBytes(userId) })
        .limit(mostOfUser),
    ),
  ]);
  const rows = (found.flat() as RequestRow[]).map((row) => [Buffer.from(row.id).toString('hex'), row] as const);
  return [...new Map(rows).values()].map(fromRow);
}

export function fromRow(row: RequestRow): AnsweredRequest {
  return {
    id: bytesToId(Buffer.from(row.id)),
    ...{ requestId: row.request_id, tookMs: row.took_ms, method: row.method, route: row.route, status: row.status },
    traceId: row.trace_id ? Buffer.from(row.trace_id).toString('hex') : undefined,
    userId: row.user_id ? bytesToId(Buffer.from(row.user_id)) : undefined,
    at: toDate(row.at) as Date,
    failure: row.failure ?? undefined,
  };
}
