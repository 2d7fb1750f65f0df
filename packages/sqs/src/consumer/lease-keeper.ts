import { type Clock, errorMessage, type Logger, RecurringWarnings } from '@postern/runtime';
import { isStaleReceipt } from '../client/call-faults.ts';
import { type BatchFailure, SQS_LIMITS, type SqsApi } from '../client/sqs-api.ts';
import { LeaseLostError } from '../retry/outcomes.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';
import type { Lease } from './lease.ts';

interface LeaseKeeperOptions {
  api: SqsApi;
  url: string;
  visibilityMs: number;
  /** By the monotonic clock. */
  now: () => number;
  logger: Logger;
  clock: Clock;
  metrics: ConsumerMetrics;
  /** Called once for a lease that is lost. */
  lost: (lease: Lease, reason: LeaseLostError) => void;
}

/**
 * Holds the leases of one consumer and prolongs them by tens when half of their time is gone, whether their messages run or
 * wait. `sweep()` is called regularly; it starts what is due and waits for nothing.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #warnings: RecurringWarnings;
  readonly #leases = new Set<Lease>();

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#warnings = new RecurringWarnings(options);
  }

  get size(): number {
    return this.#leases.size;
  }

  /** The least time any lease has left, as a part of what it was taken for; 1 when there is none. */
  margin(): number {
    const now = this.#options.now();
    let least = 1;
    for (const { ending, deadline, termMs } of this.#leases)
      if (!ending) least = Math.min(least, (deadline - now) / termMs);
    return Math.max(0, least);
  }

  add(lease: Lease): void {
    this.#leases.add(lease);
  }

  remove(lease: Lease): void {
    this.#leases.delete(lease);
  }

  [Symbol.iterator](): IterableIterator<Lease> {
    return this.#leases.values();
  }

  sweep(): void {
    const now = this.#options.now();
    for (const lease of this.#leases) {
      // A prolongation under way was asked for in time: its answer may wait behind what held up this process.
      if (!lease.ending && !lease.extending && now >= lease.deadline)
        this.#lose(lease, new LeaseLostError('its time ran out before it was prolonged'));
    }
    this.prolong(this.#leases);
  }

  /** Prolongs those of which half of the time is gone, or more than that: SQS says whether it was too late. */
  prolong(leases: Iterable<Lease>): void {
    const now = this.#options.now();
    const half = this.#options.visibilityMs / 2;
    let due: Lease[] = [];
    for (const lease of leases) {
      if (!lease.ending && !lease.extending && lease.deadline - now <= half) due.push(lease);
      if (due.length === SQS_LIMITS.batchEntries) {
        this.#extend(due);
        due = [];
      }
    }
    if (due.length > 0) this.#extend(due);
  }

  #extend(leases: readonly Lease[]): void {
    const done = this.#call(leases).then(() => {
      for (const lease of leases) lease.extending = undefined;
    });
    for (const lease of leases) lease.extending = done;
  }

  async #call(leases: readonly Lease[]): Promise<void> {
    const { api, url, visibilityMs, now, metrics } = this.#options;
    const seconds = Math.ceil(visibilityMs / 1_000);
    // Counted from before the call: SQS may have done it at any time since.
    const asked = now();
    let failures: BatchFailure[];
    try {
      failures = await api.changeVisibilityBatch(
        url,
        leases.map(({ receipt }) => ({ receipt, seconds })),
      );
    } catch (error) {
      // The next sweep tries again while there is time; past the deadline it is lost.
      metrics.callFailed('heartbeat', leases.length);
      this.#warnings.warn('prolong', 'Could not prolong leases', { count: leases.length, reason: errorMessage(error) });
      return;
    }
    const failed = new Map(failures.map((failure) => [failure.index, failure]));
    leases.forEach((lease, index) => {
      const failure = failed.get(index);
      if (!failure) {
        lease.deadline = asked + visibilityMs;
        lease.termMs = visibilityMs;
      } else {
        // Throttled or without rights for the moment: the next sweep tries again while there is time.
        metrics.callFailed('heartbeat');
        if (isStaleReceipt(failure.code)) this.#lose(lease, new LeaseLostError(`SQS replied ${failure.code}`));
      }
    });
  }

  #lose(lease: Lease, reason: LeaseLostError): void {
    if (lease.lost || lease.ending) return;
    lease.lost = true;
    this.#leases.delete(lease);
    this.#options.lost(lease, reason);
  }
}
