import type { Clock } from '@postern/runtime';
import type { QueueAddress } from '../client/queue-directory.ts';
import { SQS_LIMITS, type SqsApi } from '../client/sqs-api.ts';
import type { HeldLetter } from './dead-letter-format.ts';
import { toEntry } from './dead-letter-format.ts';
import type { DeadLetterScan } from './dead-letter-scan.ts';
import { bySize } from './letter-batches.ts';
import type { StartingPoint } from './starting-point.ts';

export interface MoveProgress {
  moved: number;
  /** How many letters the queue had at the start, about. */
  total: number;
}

export interface RetryOptions {
  /** Who does it, for the log. */
  by: string;
  /** Letters sent back at most. */
  limit?: number | undefined;
  /** Letters a second at most. */
  perSecond?: number | undefined;
  /** Sends nothing and only counts. */
  dryRun?: boolean | undefined;
  onProgress?: ((progress: MoveProgress) => void) | undefined;
}

/** Why letters that fit were left where they are. */
type StopReason =
  /** Letters that had just been sent back were dead again: the cause is not fixed. */
  | 'died-again'
  /** As many as `limit` allows were sent back. */
  | 'limit'
  /** More letters went by than the queue had at the start. */
  | 'more-than-at-the-start';

export interface RetryReport {
  /** Letters sent back to their queue; with `dryRun`, those that would have been. */
  retried: number;
  /** Letters that stay where they are, with SQS's reason. */
  failed: { id: string; why: string }[];
  /** Letters that died again while this went on. They stay where they are. */
  diedAgain: number;
  stopped: StopReason | undefined;
}

/** How many letters are held at most before they are sent back, and their bytes: what one process may keep in memory. */
const HELD_LETTERS = 1_000;
const HELD_BYTES = 32 * 1024 * 1024;
/** The first letters to be sent back: those behind them wait to see whether they die again. */
const PROBE = 10;
/** SQS counts eventually: a queue that says it has fewer may have these. */
const COUNT_SLACK = 10;

interface LetterRetryParts {
  api: SqsApi;
  address: QueueAddress;
  scan: DeadLetterScan;
  start: Pick<StartingPoint, 'letters' | 'at'>;
  clock: Clock;
  /** How long the receive that finds the end of the queue waits, in seconds. */
  waitSeconds: number;
  /** How long the first letters are watched for dying again, in seconds; 0 = no longer than a look takes. */
  probeSeconds: number;
  /** Ends it before the next letters are sent, with its reason. */
  signal?: AbortSignal | undefined;
  /** A letter was sent and could not be deleted: it will show again. */
  undeleted: (id: string) => void;
}

/**
 * Sends letters of a dead-letter queue back to their queue, each once, and ends: what died after the start is not looked at,
 * whatever was sent back here and dies again stays, and when that happens to the first ones the rest is not sent at all.
 * SQS's ids and times do not show it, as a letter that died again has new ones: its own id does.
 */
export class LetterRetry {
  readonly #parts: LetterRetryParts;
  readonly #options: RetryOptions;
  readonly #fits: (held: HeldLetter) => boolean;
  readonly #sentBack = new Set<string>();
  readonly #report: RetryReport = { retried: 0, failed: [], diedAgain: 0, stopped: undefined };
  /** Letters that came while the first ones were watched: their turn is next. */
  #pending: HeldLetter[] = [];
  #looked = 0;
  #ended = false;

  constructor(parts: LetterRetryParts, options: RetryOptions, fits: (held: HeldLetter) => boolean) {
    this.#parts = parts;
    this.#options = options;
    this.#fits = fits;
  }

  /** @param wanted how many letters there can be; the search ends with them */
  async run(wanted = Number.POSITIVE_INFINITY): Promise<RetryReport> {
    const report = this.#report;
    const { limit = Number.POSITIVE_INFINITY } = this.#options;
    const most = Math.min(wanted, limit);
    while (report.stopped === undefined && this.#done < most) {
      const held = await this.#collect(most - this.#done);
      if (report.stopped === 'died-again') break;
      await this.#sendAll(held);
      if (this.#ended && !this.#showsMoreAfter(held)) break;
      this.#ended = false;
    }
    if (report.stopped === undefined && this.#done >= limit && !this.#ended) report.stopped = 'limit';
    return report;
  }

  /** What came of it so far, also where it was broken off. */
  get report(): Readonly<RetryReport> {
    return this.#report;
  }

  get #done(): number {
    return this.#report.retried + this.#report.failed.length;
  }

  /** Of a FIFO group SQS shows the next ten when those before them are gone. */
  #showsMoreAfter(held: readonly HeldLetter[]): boolean {
    return this.#parts.address.fifo && held.length > 0 && !this.#options.dryRun;
  }

  /** Letters that fit and were there at the start, as many as may be held. */
  async #collect(most: number): Promise<HeldLetter[]> {
    const found = this.#pending;
    this.#pending = [];
    let bytes = bytesOf(found);
    while (found.length < Math.min(most, HELD_LETTERS) && bytes < HELD_BYTES) {
      if (this.#looked >= this.#parts.start.letters + COUNT_SLACK) {
        this.#report.stopped = 'more-than-at-the-start';
        break;
      }
      const batch = await this.#look(this.#parts.waitSeconds);
      if (batch === undefined) {
        this.#ended = true;
        break;
      }
      found.push(...batch);
      bytes += bytesOf(batch);
    }
    return found.slice(0, most);
  }

  /** The next letters that are to be sent back; undefined at the end of the queue. */
  async #look(waitSeconds: number): Promise<HeldLetter[] | undefined> {
    const { received, fresh } = await this.#parts.scan.next(waitSeconds);
    if (received === 0 || fresh.length === 0) return undefined;
    const { at } = this.#parts.start;
    const before = fresh.filter(({ ids }) => !ids.some((id) => this.#sentBack.has(id)));
    this.#report.diedAgain += fresh.length - before.length;
    this.#looked += before.length;
    return before.filter((held) => (at === undefined || held.letter.sentAt <= at) && this.#fits(held));
  }

  async #sendAll(held: readonly HeldLetter[]): Promise<void> {
    const { dryRun = false } = this.#options;
    const total = this.#parts.start.letters;
    const progress = () => this.#options.onProgress?.({ moved: this.#report.retried, total });
    if (dryRun) {
      this.#report.retried += held.length;
      return progress();
    }
    const probes = this.#report.retried === 0 && held.length > PROBE;
    const parts = probes ? [held.slice(0, PROBE), held.slice(PROBE)] : [held];
    for (const [index, part] of parts.entries()) {
      if (index > 0 && (await this.#dieAgain())) return;
      for (const some of bySize(part)) {
        await this.#sendBack(some);
        progress();
        // Half of all that went back: whatever was fixed, it was not what these died of.
        if (this.#report.diedAgain > PROBE && this.#report.diedAgain * 2 > this.#report.retried) {
          this.#report.stopped = 'died-again';
          return;
        }
      }
    }
  }

  /** Watches whether the first ones die again; then nothing more is sent. */
  async #dieAgain(): Promise<boolean> {
    const end = performance.now() + this.#parts.probeSeconds * 1_000;
    const enough = Math.ceil(this.#report.retried / 2);
    do {
      const left = Math.ceil(Math.max(0, end - performance.now()) / 1_000);
      this.#pending.push(...((await this.#look(Math.min(left, SQS_LIMITS.waitSeconds))) ?? []));
      if (this.#report.diedAgain >= enough) {
        this.#report.stopped = 'died-again';
        return true;
      }
    } while (performance.now() < end && this.#pending.length < HELD_LETTERS);
    return false;
  }

  async #sendBack(some: readonly HeldLetter[]): Promise<void> {
    const { api, address, scan, clock, signal, undeleted } = this.#parts;
    const { perSecond } = this.#options;
    if (perSecond !== undefined && this.#report.retried > 0) {
      await clock.sleep((some.length / perSecond) * 1_000, signal);
    }
    signal?.throwIfAborted();
    await scan.keep();
    const failures = await api.sendBatch(
      address.url,
      some.map(({ letter }) => toEntry(letter, address.fifo)),
    );
    const failed = new Map(failures.map(({ index, message }) => [index, message]));
    for (const [index, why] of failed) this.#report.failed.push({ id: some[index]?.letter.id ?? '', why });
    const sent = some.filter((_, index) => !failed.has(index));
    for (const { ids } of sent) for (const id of ids) this.#sentBack.add(id);
    this.#report.retried += sent.length;
    for (const index of await scan.remove(sent.map(({ receipt }) => receipt))) undeleted(sent[index]?.letter.id ?? '');
  }
}

function bytesOf(held: readonly HeldLetter[]): number {
  return held.reduce((sum, { letter }) => sum + letter.body.length, 0);
}
