import { backoffDelay, errorMessage } from '@postern/runtime';
import { MessageRefusedError, SenderClosedError, SenderFullError, UnknownQueueError } from '@postern/sqs/ports';
import { Coalescer } from '../sql/coalescer.ts';
import type { OutboxMetrics } from './outbox-metrics.ts';
import type { OutboxSettings } from './outbox-options.ts';
import type { OutboxRow } from './outbox-row.ts';
import type { OutboxStore } from './outbox-store.ts';
import type { QueueHealth } from './queue-health.ts';

/** Rows in one UPDATE. */
const ROWS_AT_ONCE = 1_000;
const ERROR_LENGTH = 1_000;
/** How long a row waits for a replica that knows its queue, in milliseconds: a rolling update has ended by then, or was rolled back. */
const UNKNOWN_QUEUE_MS = 86_400_000;

interface Failure {
  row: OutboxRow;
  error: unknown;
}

interface FailureParts {
  store: OutboxStore;
  health: QueueHealth;
  metrics: OutboxMetrics;
  settings: OutboxSettings;
}

/**
 * Decides what a failed send means, and writes it down for many rows at a time: the message can never be sent (dead), the
 * queue takes nothing (its rows wait, and none is blamed), or this one row had no luck (back-off, dead in the end).
 */
export class OutboxFailures {
  readonly #holder: string;
  readonly #parts: FailureParts;
  readonly #pending: Coalescer<Failure, undefined>;

  constructor(holder: string, parts: FailureParts) {
    this.#holder = holder;
    this.#parts = parts;
    const { deleteLingerMs: lingerMs } = parts.settings;
    this.#pending = new Coalescer({ max: ROWS_AT_ONCE, lingerMs, run: (failures) => this.#record(failures) });
  }

  /** Resolves, never rejects, when the failure is recorded; one that cannot be ends with its row's lease. */
  async add(failure: Failure): Promise<void> {
    await this.#pending.add(failure);
  }

  stalled(): string | undefined {
    return this.#pending.stalled();
  }

  flush(): Promise<void> {
    return this.#pending.flush();
  }

  async #record(failures: Failure[]): Promise<undefined[]> {
    try {
      for (const [queue, some] of Map.groupBy(failures, ({ row }) => row.queue)) await this.#recordOf(queue, some);
    } catch (error) {
      this.#parts.settings.logger.warn(
        'outbox rows keep their lease until it runs out: failures could not be recorded',
        {
          rows: failures.length,
          error,
        },
      );
    }
    return new Array(failures.length).fill(undefined);
  }

  async #recordOf(queue: string, failures: readonly Failure[]): Promise<void> {
    const { health, metrics, settings } = this.#parts;
    const now = settings.clock.now().getTime();
    const kinds = Map.groupBy(failures, ({ row, error }) => {
      if (isOwnLimit(error)) return 'held back';
      const since = Math.max(row.createdAt.getTime(), row.availableAt?.getTime() ?? 0);
      const forgotten = error instanceof UnknownQueueError && now - since > UNKNOWN_QUEUE_MS;
      return forgotten || error instanceof MessageRefusedError ? 'refused' : 'failed';
    });
    for (const failure of kinds.get('refused') ?? []) await this.#blame(failure, true);
    await this.#giveBack(kinds.get('held back') ?? []);
    const failed = kinds.get('failed') ?? [];
    const [first] = failed;
    if (!first) return;
    const wasDown = health.isDown(queue);
    health.failed(queue, failed.length);
    if (!health.isDown(queue)) {
      for (const failure of failed) await this.#blame(failure, false);
      return;
    }
    for (const _ of failed) metrics.failed(queue, 'queue_down');
    // Said once, not at every probe: that it still is down is what the metrics say.
    if (!wasDown) {
      settings.logger.warn('a queue accepts no messages: they wait in the outbox', { queue, error: first.error });
    }
    await this.#giveBack(failed, text(first.error));
  }

  /** No row is to blame: whoever sweeps next may try, as soon as its queue is open. */
  async #giveBack(failures: readonly Failure[], error?: string): Promise<void> {
    if (failures.length === 0) return;
    const ids = failures.map(({ row }) => row.id);
    await this.#parts.store.release(ids, this.#holder, this.#parts.settings.clock.now(), error);
  }

  async #blame({ row, error }: Failure, refused: boolean): Promise<void> {
    const { clock, logger, maxAttempts, backoffBaseMs: baseMs, rowCeilingMs: ceilingMs } = this.#parts.settings;
    const dead = refused || row.attempts + 1 >= maxAttempts;
    const wait = baseMs + backoffDelay(row.attempts + 1, { baseMs, ceilingMs });
    const dueAt = dead ? null : new Date(clock.now().getTime() + wait);
    await this.#parts.store.fail(row.id, this.#holder, { dueAt, error: text(error) });
    this.#parts.metrics.failed(row.queue, dead ? 'dead' : 'retried');
    if (!dead) return;
    const { id, type } = row.message;
    logger.error('a message of the outbox cannot be sent and is dead until an operator retries or removes it', {
      row: row.id,
      queue: row.queue,
      message_id: id,
      type,
      error,
    });
  }
}

function text(error: unknown): string {
  return errorMessage(error).slice(0, ERROR_LENGTH);
}

/** Whether the message never left this process: neither it nor its queue is to blame. */
function isOwnLimit(error: unknown): boolean {
  return error instanceof SenderFullError || error instanceof SenderClosedError;
}
