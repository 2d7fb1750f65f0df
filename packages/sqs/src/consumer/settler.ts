import { errorMessage } from '@postern/runtime';
import type { QueueAddress } from '../client/queue-directory.ts';
import { type DeadLetterCause, type DeadLetterSource, toDeadLetter } from '../dead-letters/dead-letter-format.ts';
import { giveUpReason } from '../retry/give-up.ts';
import { historyAfter, waitedMs } from '../retry/history.ts';
import { ConsumerStoppedError, LeaseLostError, PermanentError, RetryLater } from '../retry/outcomes.ts';
import { type RetryPolicy, retryDelay } from '../retry/retry-policy.ts';
import { prepareEntry } from '../sender/prepared-message.ts';
import type { SendLane } from '../sender/send-lane.ts';
import type { ConsumerMetrics, Outcome } from './consumer-metrics.ts';
import type { ConsumerSettings } from './consumer-options.ts';
import type { Delivery } from './delivery.ts';
import type { FifoFailures } from './fifo-failures.ts';
import { HandlerWarnings, hasFailed } from './handler-warnings.ts';
import { MAX_HIDE_MS } from './intake.ts';
import type { Lease } from './lease.ts';
import { deleted, type LeaseEnds, released } from './lease-ends.ts';
import { asItIs, type CopyChange, copyDelivery, copyEntry } from './message-copy.ts';
import { countAfterFailure, nextIsSuspect } from './suspects.ts';
import { UnderWay } from './under-way.ts';
import { unreadSource } from './unread-source.ts';

interface SettlerParts {
  settings: ConsumerSettings;
  address: QueueAddress;
  ends: LeaseEnds;
  /** Back into the same queue: copies with a higher attempt. */
  again: SendLane;
  /** Into the dead-letter queue. */
  dead: SendLane;
  /** Of a FIFO queue only. */
  failures: FifoFailures | undefined;
  metrics: ConsumerMetrics;
}

/** Decides what becomes of a delivery when its handler has ended, and does it. */
export class Settler {
  readonly #parts: SettlerParts;
  readonly #warnings: HandlerWarnings;
  readonly #underWay = new UnderWay();

  constructor(parts: SettlerParts) {
    this.#parts = parts;
    this.#warnings = new HandlerWarnings(parts.settings);
  }

  /** Settles by how the handler ended; resolves when SQS has received it (FIFO order waits for it). */
  settle(delivery: Delivery, error: unknown, tookMs: number | undefined): Promise<void> | undefined {
    if (delivery.settled) return undefined;
    delivery.settled = true;
    const { metrics } = this.#parts;
    if (delivery.lease.lost || error instanceof LeaseLostError) {
      metrics.ended(delivery.type, 'lost', tookMs);
      return undefined;
    }
    if (error === undefined) {
      const buried = this.#parts.failures?.isBuried(delivery) === true;
      metrics.ended(delivery.type, buried ? 'returned' : 'done', tookMs);
      if (!buried) this.#warnings.succeeded(delivery);
      return this.#finishEntry(delivery.lease);
    }
    return this.#track(this.#fail(delivery, error, tookMs).catch((fault) => this.#unsettled(delivery, fault)));
  }

  /** A message that no handler can be asked about: to the dead-letter queue as it is. */
  deadLetter(lease: Lease, reason: string, message: string): void {
    const source = unreadSource(lease);
    const { settings, metrics } = this.#parts;
    const error = new PermanentError(reason, message);
    settings.logger.error('A message cannot be read; it goes to the dead-letter queue', {
      message_id: source.id,
      reason,
      error,
    });
    const firstAt = new Date(lease.firstReceivedAt);
    const cause = { reason, error, attempts: lease.receiveCount, handler: 'intake', firstAt };
    void this.#track(
      this.#sendDead(source, cause, lease).then((sent) => {
        metrics.ended('', sent ? 'dead' : 'retry', undefined);
        if (sent) this.#parts.ends.delete(lease);
        else this.#parts.ends.release(lease, this.#backoff(lease.receiveCount));
      }),
    );
  }

  /** Puts off a message whose time has not come: hidden, or past a few hops sent again so that SQS does not expire it. */
  putOff(lease: Lease, remainingMs: number): void {
    // Each hop may last 12 hours: a few of them stay below the shortest usual retention of 4 days.
    if (lease.receiveCount < 4 || this.#parts.address.fifo) {
      this.#parts.ends.release(lease, Math.min(remainingMs, MAX_HIDE_MS) + 999);
      return;
    }
    const { again, settings, ends } = this.#parts;
    const copy = prepareEntry(copyEntry(lease.raw, remainingMs), settings.clock.now().getTime());
    void this.#track(
      again.send(copy).then(
        () => ends.delete(lease),
        () => ends.release(lease, Math.min(remainingMs, MAX_HIDE_MS)),
      ),
    );
  }

  /**
   * Gives a message back untouched, to be seen by others at once. SQS counts a receive as a try, so what no handler had begun is sent again
   * as it was; what one had begun too, where the next receive would be taken for a death of its consumer.
   */
  giveBack(lease: Lease): void {
    const { metrics, ends, again, address, settings } = this.#parts;
    for (const delivery of lease.deliveries) {
      if (!delivery.settled) metrics.ended(delivery.type, 'returned', undefined);
      delivery.settled = true;
    }
    const [only] = lease.deliveries;
    if (!only || address.fifo || (lease.deliveries.some((each) => each.startedAt > 0) && !nextIsSuspect(only))) {
      ends.release(lease, 0);
      return;
    }
    // A frame as a whole, unless its copy would forget that somebody had died of it.
    const whole = lease.deliveries.length > 1 && lease.tries === 0;
    const sent = whole
      ? [again.send(prepareEntry(copyEntry(lease.raw, 0), settings.clock.now().getTime()))]
      : lease.deliveries.map((each) => this.#sendCopy(each, { attempt: each.count, history: each.history }));
    void this.#track(
      Promise.all(sent).then(
        () => ends.delete(lease),
        () => ends.release(lease, 0),
      ),
    );
  }

  /** Has each message of a frame come by itself, to run alone: one of them may be what its consumer died of. */
  scatter(lease: Lease): void {
    const { metrics, ends } = this.#parts;
    const copies = lease.deliveries.map((delivery) => {
      metrics.ended(delivery.type, 'returned', undefined);
      delivery.settled = true;
      return this.#sendCopy(delivery, { attempt: delivery.count, history: { ...delivery.history, alone: true } });
    });
    void this.#track(
      Promise.all(copies).then(
        () => ends.delete(lease),
        () => ends.release(lease, this.#backoff(lease.receiveCount)),
      ),
    );
  }

  /** Resolves when everything that was decided has been reported to SQS. */
  async flush(): Promise<void> {
    const { again, dead, ends } = this.#parts;
    do {
      await Promise.all([again.flush(), dead.flush()]);
      await this.#underWay.ended();
      await ends.flush();
    } while (this.#underWay.count > 0);
  }

  async #fail(delivery: Delivery, error: unknown, tookMs: number | undefined): Promise<void> {
    const { settings, metrics } = this.#parts;
    const policy = settings.retryFor(delivery);
    const reason = this.#giveUpReason(delivery, error, policy);
    let outcome: Outcome = error instanceof ConsumerStoppedError ? 'returned' : 'retry';
    if (reason !== undefined) outcome = await this.#kill(delivery, reason, error);
    else if (error instanceof ConsumerStoppedError) await this.#retry(delivery, 0, error);
    else {
      // Of its receives in a FIFO queue those behind another one's failure are no failures of its own.
      const failed = this.#parts.failures && !(error instanceof RetryLater) ? delivery.attempt : delivery.count;
      const delayMs = retryDelay(policy, failed + delivery.history.waits, error, settings.random);
      this.#warnings.failed(delivery, error, delayMs);
      if (!(error instanceof RetryLater)) this.#parts.failures?.add(delivery);
      if (hasFailed(delivery, error)) metrics.retried(delivery.type);
      await this.#retry(delivery, delayMs, error);
    }
    metrics.ended(delivery.type, outcome, tookMs);
  }

  #giveUpReason(delivery: Delivery, error: unknown, { attempts, waitMs }: RetryPolicy): string | undefined {
    const { settings, address } = this.#parts;
    const reason = giveUpReason(error, {
      attempt: delivery.attempt,
      attempts,
      waitedMs: waitedMs(error, delivery.history, { now: settings.clock.now().getTime(), fifo: address.fifo }),
      waitMs: waitMs ?? address.retentionSeconds * 1_000,
    });
    if (reason !== undefined || !address.fifo) return reason;
    // No copy can take its place in its group: with the next receive SQS would move it, and without a reason.
    const last = delivery.lease.receiveCount >= (address.maxReceiveCount ?? Number.POSITIVE_INFINITY);
    return last ? (error instanceof RetryLater ? error.reason : 'attempts-used-up') : undefined;
  }

  async #kill(delivery: Delivery, reason: string, error: unknown): Promise<Outcome> {
    const { settings } = this.#parts;
    const handler = settings.handlerName(delivery);
    const attempts = Math.min(delivery.attempt, delivery.attempts);
    const listeners = delivery.failures.map(({ part }) => part);
    const log = { message_id: delivery.id, type: delivery.type, reason, attempts, handler, listeners, error };
    this.#warnings.forget(delivery);
    settings.logger.error('A message is given up and goes to the dead-letter queue', log);
    const { attempt, history, lease } = delivery;
    const cause = { reason, error, attempts, handler, firstAt: new Date(history.firstAt) };
    if (!(await this.#sendDead(delivery, cause, lease))) {
      await this.#retry(delivery, this.#backoff(attempt + history.waits), error);
      return 'retry';
    }
    // Not before the letter is written: without one the message runs again, and may end well.
    try {
      await settings.givenUp?.(delivery, error);
    } catch (failure) {
      settings.logger.error('What waits for a dead letter was not informed', { ...log, error: failure });
    }
    delivery.gone = true;
    this.#parts.failures?.bury(delivery);
    await this.#finishEntry(lease);
    return 'dead';
  }

  /**
   * By visibility, where the message is alone, SQS can hide it that long, and the receive counts rightly as a try; otherwise as a copy
   * of its own, which begins its count again: what is asked to wait costs no try, and what failed twice is known not to have killed.
   */
  async #retry(delivery: Delivery, delayMs: number, error: unknown): Promise<void> {
    const { lease } = delivery;
    const { settings, address, ends } = this.#parts;
    const fields = { message_id: delivery.id, type: delivery.type, attempt: delivery.attempt, delay_ms: delayMs };
    settings.logger.debug('A message is tried again', { ...fields, reason: errorMessage(error) });
    const waits = error instanceof RetryLater;
    const stopped = error instanceof ConsumerStoppedError;
    const single = lease.deliveries.length === 1;
    if (single && (address.fifo || (delayMs <= MAX_HIDE_MS && !waits && !nextIsSuspect(delivery)))) {
      await released(ends, lease, delayMs);
      return;
    }
    const history = historyAfter(error, delivery.history, settings.clock.now().getTime());
    const attempt = waits || stopped ? delivery.attempt : countAfterFailure(delivery);
    try {
      await this.#sendCopy(delivery, { attempt, delayMs, history });
    } catch (failure) {
      // Not sent again, so the original must come back: all of a frame, whose other ids make the repeat harmless.
      settings.logger.warn('A copy could not be sent; the message itself comes again', { ...fields, error: failure });
      lease.releaseAfterMs = Math.min(delayMs, MAX_HIDE_MS);
    }
    await this.#finishEntry(lease);
  }

  /** Never throws before it returns: a copy may be more than SQS takes, as it has to remember more. */
  async #sendCopy(delivery: Delivery, change: CopyChange): Promise<void> {
    const { again, settings, address } = this.#parts;
    await again.send(copyDelivery(delivery, change, { fifo: address.fifo, now: settings.clock.now().getTime() }));
  }

  async #sendDead(source: DeadLetterSource, cause: Omit<DeadLetterCause, 'lastAt'>, lease: Lease): Promise<boolean> {
    const { settings, address, dead } = this.#parts;
    const { fifo, deadLetterMaxBytes } = address;
    const lastAt = settings.clock.now();
    try {
      // Where nothing fits beside it, as SQS itself would move it.
      const entry = toDeadLetter(source, { ...cause, lastAt }, fifo, deadLetterMaxBytes) ?? asItIs(lease, fifo);
      await dead.send(prepareEntry(entry, lastAt.getTime()));
      return true;
    } catch (error) {
      settings.logger.error('A dead letter could not be written; the message comes again', {
        message_id: source.id,
        error,
      });
      return false;
    }
  }

  /** One delivery of the lease is settled; after the last one SQS has its last word. */
  #finishEntry(lease: Lease): Promise<void> | undefined {
    lease.outstanding -= 1;
    if (lease.outstanding > 0 || lease.lost) return undefined;
    const { ends, failures } = this.#parts;
    if (lease.releaseAfterMs !== undefined) return released(ends, lease, lease.releaseAfterMs);
    if (failures) return deleted(ends, lease).then(() => failures.ended(lease));
    ends.delete(lease);
    return undefined;
  }

  #backoff(attempt: number): number {
    const policy = { attempts: 0, baseMs: 2_000, ceilingMs: 600_000 };
    return retryDelay(policy, attempt, undefined, this.#parts.settings.random);
  }

  /** What was to become of it could not be decided, by a fault of a policy's for example. A lease without a last word would be prolonged for ever. */
  #unsettled({ id, lease, attempt }: Delivery, error: unknown): Promise<void> | undefined {
    this.#parts.settings.logger.error('A message could not be settled; it comes again', { message_id: id, error });
    lease.releaseAfterMs = this.#backoff(attempt);
    return this.#finishEntry(lease);
  }

  async #track(work: Promise<void>): Promise<void> {
    try {
      await this.#underWay.track(work);
    } catch (error) {
      this.#parts.settings.logger.error('A message could not be settled', { error });
    }
  }
}
