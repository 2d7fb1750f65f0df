import type { Sql } from '@postern/runtime';
import { type AnsweredRequest, fromRow, type RequestRow } from './find-requests.ts';
import { firstIdSince } from './first-id-since.ts';

interface Recent {
  /** 400 to 499. */
  refused: boolean;
  /** 500 and above. */
  failed: boolean;
  /** Answered since then: the primary key begins with the time, and no other index has these in order. */
  since: Date;
  /** The pattern of their path. */
  route: string | undefined;
  limit: number;
}

/** Requests that were refused, that failed, or both, the newest first. */
export async function recentRequests(
  { sql }: Sql,
  { refused, failed, since, route, limit }: Recent,
): Promise<AnsweredRequest[]> {
  const rows: RequestRow[] = await sql('request_records')
    .where('id', '>=', firstIdSince(since.getTime()))
    .where('status', '>=', refused ? 400 : 500)
    .where('status', '<', failed ? 600 : 500)
    .modify((query) => route !== undefined && query.where({ route }))
    .orderBy('id', 'desc')
    .limit(limit);
  return rows.map(fromRow);
}
