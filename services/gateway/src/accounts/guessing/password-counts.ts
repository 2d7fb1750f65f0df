import type { Count, Tally } from '../../http/limits/rate-limit-store.ts';

/** Port: what counts passwords, shared by all replicas. */
export abstract class PasswordCounts {
  /** Counts one and returns the tally after it. Exact under concurrency. */
  abstract hit(tally: Tally, now: number): Promise<Count>;

  /** @param resetsAt of the window in which it was counted */
  abstract takeBack(tally: Tally, resetsAt: number): Promise<void>;
}
