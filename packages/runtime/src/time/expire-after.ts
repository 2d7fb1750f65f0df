/** A wait is measured in parts: however long the process stands still in one of them, no more than the part has been waited. */
const PART_MS = 1_000;
/** A timer that comes later than this has been held up. */
const LATE_MS = 100;

/**
 * Calls `expired` after `ms` milliseconds, unless what it returns is called before. Time for which the process itself stood still (its machine
 * was paused, others had the processor) does not count: when it goes on its timers come first, and all that it waited for would be
 * given up before the answers are read that came meanwhile.
 */
export function expireAfter(ms: number, expired: () => void): () => void {
  let timer: NodeJS.Timeout;
  let left = ms;
  let lengthened = false;
  const wait = (part: number) => {
    const due = performance.now() + part;
    timer = setTimeout(() => {
      left -= part;
      if (left > 0) return wait(Math.min(left, PART_MS));
      // Once: also what a process waits for that is always late has to end.
      if (lengthened || performance.now() - due < LATE_MS) return expired();
      lengthened = true;
      wait(PART_MS);
    }, part);
  };
  wait(Math.min(left, PART_MS));
  return () => clearTimeout(timer);
}
