import type { Database } from '@postern/runtime';
import { type Moment, readTracedId, type TracedId } from './moment.ts';
import { outboxMoments } from './outbox-moments.ts';

/** What a service's tables know of an id besides its outbox. */
export type TraceLook = (database: Database, id: TracedId) => Promise<Moment[]>;

/** All that one service knows of an id, in order. */
export async function readTrace(database: Database, look: TraceLook, text: string): Promise<Moment[]> {
  const id = readTracedId(text);
  const found = await Promise.all([look(database, id), outboxMoments(database, id)]);
  return inOrder(found.flat());
}

/** Moments as they came one after the other; what has not happened yet is last. */
export function inOrder(moments: readonly Moment[]): Moment[] {
  return moments.toSorted(
    (one, other) => Number(one.waits ?? false) - Number(other.waits ?? false) || one.at.getTime() - other.at.getTime(),
  );
}
