import type { AnsweredRequest, RequestsQuery } from '@postern/durable';
import { idToBytes, type Sql } from '@postern/runtime';
import { fromRow, type RequestRow } from './find-requests.ts';
import { firstIdSince } from './first-id-since.ts';

interface Recent extends Omit<RequestsQuery, 'person' | 'since'> {
  /** Answered since then: the primary key begins with the time, and no other index has these in order. */
  since: Date;
  /** Whose they are; anybody's without it. */
  userIds?: readonly string[] | undefined;
}

/** Requests that were done, refused, or failed, or several of these, the newest first. */
export async function recentRequests(
  { sql }: Sql,
  { done = false, refused, failed, since, before, route, userIds, below, limit }: Recent,
): Promise<AnsweredRequest[]> {
  const rows: RequestRow[] = await sql('request_records')
    .where('id', '>=', firstIdSince(since.getTime()))
    .where((any) => {
      if (done) any.orWhere('status', '<', 400);
      if (refused) any.orWhereBetween('status', [400, 499]);
      if (failed) any.orWhere('status', '>=', 500);
    })
    .modify((query) => {
      if (route !== undefined) query.where({ route });
      if (userIds) query.whereIn('user_id', userIds.map(idToBytes));
      if (before) query.where('id', '<', firstIdSince(before.getTime()));
      if (below !== undefined) query.where('id', '<', idToBytes(below));
    })
    .orderBy('id', 'desc')
    .limit(limit);
  return rows.map(fromRow);
}
