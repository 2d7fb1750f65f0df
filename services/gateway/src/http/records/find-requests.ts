import { type Sql, toDate } from '@postern/runtime';

/** Requests of one trace that are read. */
const MOST = 200;

/** A request as it was answered. */
export interface AnsweredRequest {
  requestId: string;
  /** Where that is not what it is named after. */
  traceId: string | undefined;
  /** When it began. */
  at: Date;
  tookMs: number;
  method: string;
  /** The pattern of its path, or `unmatched`. */
  route: string;
  status: number;
  /** Why it was refused or failed. */
  failure: string | undefined;
}

interface Row {
  id: Buffer;
  request_id: string;
  trace_id: Buffer | null;
  at: unknown;
  took_ms: number;
  method: string;
  route: string;
  status: number;
  failure: string | null;
}

/** The requests of these ids and of this trace, in hex. */
export async function findRequests(
  { sql }: Sql,
  { requestIds, traceId }: { requestIds: readonly string[]; traceId: string | undefined },
): Promise<AnsweredRequest[]> {
  const records = () => sql<Row>('request_records').orderBy('id', 'desc').limit(MOST);
  const found = await Promise.all([
    records().whereIn('request_id', requestIds),
    traceId === undefined ? [] : records().where({ trace_id: Buffer.from(traceId, 'hex') }),
  ]);
  const rows = (found.flat() as Row[]).map((row) => [Buffer.from(row.id).toString('hex'), row] as const);
  return [...new Map(rows).values()].map((row) => ({
    ...{ requestId: row.request_id, tookMs: row.took_ms, method: row.method, route: row.route, status: row.status },
    traceId: row.trace_id ? Buffer.from(row.trace_id).toString('hex') : undefined,
    at: toDate(row.at) as Date,
    failure: row.failure ?? undefined,
  }));
}
