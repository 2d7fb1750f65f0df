/** Before everything. */
export const START = new Date(0);
/**
 * How far a look at what became due reaches back behind the one before it, in milliseconds. A row whose transaction stays open for longer is found by
 * the next look at everything.
 */
const OVERLAP_MS = 60_000;

/** Up to when rows may have been stored that are not committed by now. */
export function overlap(now: Date): Date {
  return new Date(now.getTime() - OVERLAP_MS);
}
