import type { Delivery } from './delivery.ts';

/**
 * After how many receives without a reported end a message may be what its consumer dies of. Failures that are reported never
 * come so far: a copy takes the message's place before. Two runs alone are to be left: in the first those before it in line get their
 * turn, in the second those behind it.
 */
export function suspectAfter(attempts: number): number {
  return Math.max(1, Math.min(2, attempts - 2));
}

/**
 * So many receives without a word of their end a message has, however few its tries: a receive is no run. It may have waited in the line of a process
 * that died, or been handed to a receive that nobody read any more.
 */
export const SILENT_RECEIVES = 3;

/** The count of what failed and is sent again. Where it had its last try, and no dead letter could be written, it is not to run again. */
export function countAfterFailure({ attempt, attempts }: Delivery): number {
  return attempt + (attempt < attempts ? 1 : SILENT_RECEIVES);
}

/** Whether it came with more than its tries, as {@link countAfterFailure} counts: it is no news that they are used up. */
export function wereUsedUp({ count, attempts, lease }: Delivery): boolean {
  return count - lease.tries > attempts;
}

/** Whether the next receive, should this one be given back, would say of the message that its consumer may have died of it. */
export function nextIsSuspect({ lease, attempt, attempts }: Delivery): boolean {
  return lease.tries + 1 >= suspectAfter(attempts) || attempt >= attempts;
}

/** The order of runs alone: turned about at each receive, so that no message is always behind the one that kills. */
export function soloOrder<Item extends { id: string; lease: { receiveCount: number } }>(
  suspects: readonly Item[],
): Item[] {
  const turned = Math.max(0, ...suspects.map(({ lease }) => lease.receiveCount)) % 2 === 1;
  return suspects.toSorted((a, b) => (a.id < b.id ? -1 : 1) * (turned ? -1 : 1));
}
