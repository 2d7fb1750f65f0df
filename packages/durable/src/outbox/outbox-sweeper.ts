import { errorMessage } from '@postern/runtime';
import type { OutboxLag } from './outbox-lag.ts';
import type { OutboxSettings } from './outbox-options.ts';
import type { OutboxPublisher } from './outbox-publisher.ts';
import type { OutboxRow } from './outbox-row.ts';
import type { OutboxStore, RowLease } from './outbox-store.ts';
import { overlap, START } from './overlap.ts';
import type { QueueNames } from './queue-names.ts';
import { SweepLane } from './sweep-lane.ts';

/** Rows with which a queue that is down is tried again. */
const PROBE_ROWS = 10;
/** How often everything is looked at instead of only what became due recently. */
const FULL_SWEEP_MS = 60_000;
/**
 * A look at everything takes at most one part in so many of the time: behind a transaction that stays open, which keeps all that was
 * deleted since in the index, one can take longer than a statement may.
 */
const FULL_SWEEP_SHARE = 10;
/** Longer than a statement takes that waits for a connection, for a lock, and is tried again. */
const STALL_MS = 120_000;

interface QueueLane {
  lane: SweepLane;
  /** Up to when nothing due was left behind, but for what the next look at everything is to find. */
  clean: Date;
  /** When everything is to be looked at again, by the clock that only goes forward. */
  fullAt: number;
}

/**
 * Finds what no hot path sends: rows of replicas that died, rows that were put off, and rows that were left here while
 * there was no room or their queue was down. Every replica runs one; SKIP LOCKED shares the rows among them. Each queue
 * has a lane of its own, so that one whose sends hang holds back no other.
 */
export class OutboxSweeper {
  readonly #store: OutboxStore;
  readonly #publisher: OutboxPublisher;
  readonly #names: QueueNames;
  readonly #lag: OutboxLag;
  readonly #settings: OutboxSettings;
  readonly #lease: RowLease;
  readonly #queues = new Map<string, QueueLane>();
  readonly #ordered = new SweepLane(() => this.#sweepOrdered());
  /** The order key up to which the ordered lane has come, when there are too many for one look. */
  #after = '';
  #searchAt = 0;
  #stopped = new AbortController();
  #loop: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #woken = false;
  /** What could not be swept when it was last tried. */
  readonly #failing = new Set<SweepLane | 'queues'>();
  #tickedAt = 0;

  constructor(
    store: OutboxStore,
    publisher: OutboxPublisher,
    { names, lag, settings }: { names: QueueNames; lag: OutboxLag; settings: OutboxSettings },
  ) {
    this.#store = store;
    this.#publisher = publisher;
    this.#names = names;
    this.#lag = lag;
    this.#settings = settings;
    const { clock, leaseMs } = settings;
    this.#lease = { holder: publisher.holder, end: () => new Date(clock.now().getTime() + leaseMs) };
  }

  /** Has this queue swept from now on. */
  watch(queue: string): void {
    if (this.#queues.has(queue)) return;
    this.#names.add(queue);
    const lane = new SweepLane(() => this.#sweepQueue(queue));
    this.#queues.set(queue, { lane, clean: overlap(this.#settings.clock.now()), fullAt: 0 });
  }

  start(): void {
    if (this.#loop) return;
    this.#stopped = new AbortController();
    this.#loop = this.#run(this.#stopped.signal);
  }

  /** Sweeps now instead of at the next second. */
  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** What is wrong when the loop hangs; undefined while it turns, or is not to. A database that is down is not a stall. */
  stalled(): string | undefined {
    if (!this.#loop || this.#stopped.signal.aborted) return undefined;
    const age = this.#settings.clock.monotonic() - this.#tickedAt;
    return age > STALL_MS ? `the outbox was last swept ${age} ms ago` : undefined;
  }

  /** Resolves when no claim is under way; what was claimed may still be being sent. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#wake?.();
    await this.#loop;
    await Promise.all(this.#lanes().map((lane) => lane.idle()));
    this.#loop = undefined;
  }

  /** One sweep over everything that is due. Returns how many messages SQS took. */
  async sweep(): Promise<number> {
    await this.#prepare();
    await this.#search();
    const sent = await Promise.all(this.#lanes().map((lane) => lane.sweep()));
    return sent.reduce((sum, count) => sum + count, 0);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, sweepMs } = this.#settings;
    while (!signal.aborted) {
      this.#woken = false;
      this.#tickedAt = clock.monotonic();
      await this.#prepare();
      await this.#reported('queues', this.#search());
      for (const lane of this.#lanes()) {
        const begun = lane.start();
        if (begun) void this.#reported(lane, begun);
      }
      if (this.#woken || signal.aborted) continue;
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await clock.sleep(sweepMs, woken.signal).catch(() => undefined);
      this.#wake = undefined;
    }
  }

  async #reported(what: SweepLane | 'queues', work: Promise<unknown>): Promise<void> {
    await work.then(
      () => this.#report(what),
      (error: unknown) => this.#report(what, error),
    );
  }

  /** Says once that something cannot be swept, and once that all of it can be again. */
  #report(what: SweepLane | 'queues', error?: unknown): void {
    const failed = this.#failing.size > 0;
    if (error !== undefined) this.#failing.add(what);
    else this.#failing.delete(what);
    const fails = this.#failing.size > 0;
    if (fails === failed) return;
    if (fails) this.#settings.logger.warn('the outbox cannot be swept at the moment', { error });
    else this.#settings.logger.info('the outbox can be swept again');
  }

  #lanes(): SweepLane[] {
    return [this.#ordered, ...[...this.#queues.values()].map(({ lane }) => lane)];
  }

  async #prepare(): Promise<void> {
    this.#publisher.expire();
    // Without it, a sent row whose deletion lingers past its lease would be found here and sent again.
    await this.#publisher.settle();
  }

  /** Finds queues that only others have stored to, once a minute. The known ones do not wait for it. */
  async #search(): Promise<void> {
    const began = this.#settings.clock.monotonic();
    if (began < this.#searchAt) return;
    this.#searchAt = Number.POSITIVE_INFINITY;
    let found = false;
    try {
      await this.#names.search();
      found = true;
      for (const queue of await this.#names.all()) this.watch(queue);
      this.#lag.recount();
    } finally {
      this.#searchAt = this.#nextFull(began, found);
    }
  }

  /** When everything may be looked at again, after a look that found all there is, or one that failed or came no further. */
  #nextFull(began: number, done: boolean): number {
    const now = this.#settings.clock.monotonic();
    return now + Math.max(done ? FULL_SWEEP_MS : 0, FULL_SWEEP_SHARE * (now - began));
  }

  async #sweepQueue(queue: string): Promise<number> {
    const { clock, sweepBatch } = this.#settings;
    const state = this.#queues.get(queue) as QueueLane;
    let sent = 0;
    while (!this.#publisher.health.isClosed(queue) && !this.#stopped.signal.aborted) {
      const [now, began] = [clock.now(), clock.monotonic()];
      const full = began >= state.fullAt;
      const from = full ? START : state.clean;
      const limit = this.#publisher.health.isDown(queue) ? PROBE_ROWS : sweepBatch;
      let published = 0;
      let more = true;
      try {
        const claimed = await this.#store.claim(queue, { from, now, limit }, this.#lease);
        more = claimed.more;
        published = await this.#publishAll(claimed.rows, claimed.until);
      } finally {
        // What became due lately is looked for in the meantime: it must not wait for a look at everything that never ends.
        if (full && published === 0) state.fullAt = this.#nextFull(began, !more);
      }
      if (!more) state.clean = new Date(Math.max(state.clean.getTime(), overlap(now).getTime()));
      sent += published;
      // Without progress the next look is a second away, or a full sender would be asked in circles.
      if (published === 0) break;
    }
    return sent;
  }

  async #sweepOrdered(): Promise<number> {
    const { clock } = this.#settings;
    let [sent, before] = [0, 0];
    while (!this.#stopped.signal.aborted) {
      const now = clock.now();
      const queues = [...this.#queues.keys()].filter((queue) => !this.#publisher.health.isClosed(queue));
      const { rows, until, last } = await this.#store.claimOrdered({ after: this.#after, queues, now }, this.#lease);
      sent += await this.#publishAll(rows, until);
      // On to the next keys in any case: the first ones may have something to send for ever.
      this.#after = last ?? '';
      if (last !== undefined) continue;
      // A key whose row was sent may have its next one ready: only a round that sent nothing is the last.
      if (sent === before) break;
      before = sent;
    }
    return sent;
  }

  /** Waits for sends no longer than their lease, and not at all for stuck ones when this replica stops. */
  async #publishAll(rows: readonly OutboxRow[], until: Date): Promise<number> {
    if (rows.length === 0) return 0;
    const { clock, leaseMs, renew } = this.#settings;
    let sent = 0;
    const publishing = rows.map(async (row) => {
      if (await this.#publisher.publish(renewed(row, renew), until)) sent += 1;
    });
    const over = new AbortController();
    const limit = clock.sleep(leaseMs, AbortSignal.any([over.signal, this.#stopped.signal]));
    await Promise.race([Promise.all(publishing), limit.catch(() => undefined)]);
    over.abort();
    return sent;
  }
}

/** Never throws: one row that cannot be renewed must not keep those that were claimed with it. */
function renewed(row: OutboxRow, renew: OutboxSettings['renew']): OutboxRow {
  try {
    return { ...row, message: { ...row.message, body: renew(row.message.body, row.queue) } };
  } catch (error) {
    return { ...row, unreadable: `its body cannot be renewed: ${errorMessage(error)}` };
  }
}
