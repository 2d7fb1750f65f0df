import { backoffDelay, type Clock, errorMessage, type Logger } from '@postern/runtime';
import { Batcher } from '../client/batcher.ts';
import { isStaleReceipt } from '../client/call-faults.ts';
import { type BatchFailure, SQS_LIMITS, type SqsApi } from '../client/sqs-api.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';
import type { Lease } from './lease.ts';

interface End {
  lease: Lease;
  /** Seconds until SQS shows it again; undefined = delete. */
  seconds: number | undefined;
  tries: number;
  resolve: ((done: boolean) => void) | undefined;
}

interface LeaseEndsOptions {
  api: SqsApi;
  url: string;
  clock: Clock;
  logger: Logger;
  metrics: ConsumerMetrics;
  ackLingerMs: number;
  /** Called when SQS has had the last word on a lease. */
  ended: (lease: Lease) => void;
}

/** An entry that failed five times in a row is left to its visibility: the message comes again, and its id makes that harmless. */
const MAX_TRIES = 5;
const CONCURRENT_CALLS = 8;

/** Says the last word on leases: deletes and give-backs, by tens, each waiting for a prolongation of its lease. */
export class LeaseEnds {
  readonly #options: LeaseEndsOptions;
  readonly #deletes: Batcher<End>;
  readonly #releases: Batcher<End>;
  #retrying = 0;

  constructor(options: LeaseEndsOptions) {
    this.#options = options;
    const { api, url, clock, ackLingerMs } = options;
    const shared = { maxItems: SQS_LIMITS.batchEntries, maxConcurrent: CONCURRENT_CALLS, clock };
    this.#deletes = new Batcher<End>({
      ...shared,
      lingerMs: ackLingerMs,
      run: (ends) =>
        this.#run(ends, 'delete', () =>
          api.deleteBatch(
            url,
            ends.map((end) => end.lease.receipt),
          ),
        ),
    });
    this.#releases = new Batcher<End>({
      ...shared,
      lingerMs: Math.min(ackLingerMs, 5),
      run: (ends) =>
        this.#run(ends, 'release', () =>
          api.changeVisibilityBatch(
            url,
            ends.map((end) => ({ receipt: end.lease.receipt, seconds: end.seconds ?? 0 })),
          ),
        ),
    });
  }

  /** Deletes the message. `resolve` is called when SQS has done it, or will not: then it comes again. */
  delete(lease: Lease, resolve?: (done: boolean) => void): void {
    this.#begin({ lease, seconds: undefined, tries: 0, resolve });
  }

  /** Gives the message back, to be seen again after `delayMs` milliseconds; SQS counts in whole seconds. */
  release(lease: Lease, delayMs: number, resolve?: (done: boolean) => void): void {
    const seconds = Math.max(0, Math.min(SQS_LIMITS.visibilitySeconds, Math.round(delayMs / 1_000)));
    this.#begin({ lease, seconds, tries: 0, resolve });
  }

  /** Resolves when SQS has received everything. */
  async flush(): Promise<void> {
    do {
      await Promise.all([this.#deletes.flush(), this.#releases.flush()]);
      if (this.#retrying > 0) await this.#options.clock.sleep(10);
    } while (this.#retrying > 0 || this.#deletes.waiting > 0 || this.#releases.waiting > 0);
  }

  #begin(end: End): void {
    const { lease } = end;
    lease.ending = true;
    if (!lease.extending) {
      this.#add(end);
      return;
    }
    this.#retrying += 1;
    void lease.extending.then(() => {
      this.#retrying -= 1;
      this.#add(end);
    });
  }

  #add(end: End): void {
    if (end.seconds === undefined) this.#deletes.add(end);
    else this.#releases.add(end);
  }

  async #run(ends: End[], call: 'delete' | 'release', send: () => Promise<BatchFailure[]>): Promise<void> {
    let failures: BatchFailure[];
    try {
      failures = await send();
    } catch (error) {
      const message = errorMessage(error);
      failures = ends.map((_, index) => ({ index, code: 'CallFailed', message }));
    }
    if (failures.length > 0) this.#options.metrics.callFailed(call, failures.length);
    const failed = new Map(failures.map((failure) => [failure.index, failure]));
    ends.forEach((end, index) => {
      const failure = failed.get(index);
      if (failure && !isStaleReceipt(failure.code) && end.tries + 1 < MAX_TRIES) this.#again(end);
      else this.#finish(end, call, failure);
    });
  }

  #again(end: End): void {
    end.tries += 1;
    this.#retrying += 1;
    void this.#options.clock.sleep(backoffDelay(end.tries, { baseMs: 100, ceilingMs: 2_000 })).then(() => {
      this.#retrying -= 1;
      this.#add(end);
    });
  }

  #finish(end: End, call: string, failure: BatchFailure | undefined): void {
    if (failure) {
      this.#options.logger.warn(`Could not ${call} a message; it will come again and be recognised by its id`, {
        code: failure.code,
        reason: failure.message,
        sqs_message_id: end.lease.raw.MessageId,
      });
    }
    this.#options.ended(end.lease);
    end.resolve?.(failure === undefined);
  }
}

/** Resolves when SQS has it back, or will not be told. */
export function released(ends: LeaseEnds, lease: Lease, delayMs: number): Promise<void> {
  return new Promise((resolve) => ends.release(lease, delayMs, () => resolve()));
}

/** What is not deleted comes again, perhaps to somebody else: as after a lost lease, nothing of its group may pass it. */
export async function deleted(ends: LeaseEnds, lease: Lease): Promise<void> {
  const done = await new Promise<boolean>((resolve) => ends.delete(lease, resolve));
  if (!done) lease.lost = true;
}
