import type { Delivery } from './delivery.ts';

/**
 * After how many receives without a reported end a message may be what its consumer dies of. Failures that are reported never
 * come so far: a copy takes the message's place before. Two runs alone are to be left: in the first those before it in line get their
 * turn, in the second those behind it.
 */
export function suspectAfter(attempts: number): number {
  return Math.max(1, Math.min(2, attempts - 2));
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
