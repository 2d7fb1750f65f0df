import type { Message } from '@aws-sdk/client-sqs';
import { errorMessage, newId } from '@postern/runtime';
import type { QueueAddress } from '../client/queue-directory.ts';
import { type SendEntry, SQS_LIMITS } from '../client/sqs-api.ts';
import { fromWire, WIRE, withoutReserved } from '../client/wire-attributes.ts';
import { toDeadLetter } from '../retry/dead-letter.ts';
import { ConsumerStoppedError, LeaseLostError, PermanentError, RetryLater } from '../retry/outcomes.ts';
import { retryDelay } from '../retry/retry-policy.ts';
import { prepareEntry, prepareMessage } from '../sender/prepared-message.ts';
import type { SendLane } from '../sender/send-lane.ts';
import type { ConsumerMetrics, Outcome } from './consumer-metrics.ts';
import type { ConsumerSettings } from './consumer-options.ts';
import type { Delivery } from './delivery.ts';
import { MAX_HIDE_MS } from './intake.ts';
import type { Lease } from './lease.ts';
import type { LeaseEnds } from './lease-ends.ts';

export interface SettlerParts {
  settings: ConsumerSettings;
  address: QueueAddress;
  ends: LeaseEnds;
  /** Back into the same queue: copies with a higher attempt. */
  again: SendLane;
  /** Into the dead-letter queue. */
  dead: SendLane;
  metrics: ConsumerMetrics;
}

/** `RetryLater` is not bounded by the policy's attempts; by this, so that no message goes round for ever. */
const MAX_LATER_ATTEMPTS = 1_000;

/** Decides what becomes of a delivery when its handler has ended, and does it. */
export class Settler {
  readonly #parts: SettlerParts;
  #underWay = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(parts: SettlerParts) {
    this.#parts = parts;
  }

  /** Settles by how the handler ended; resolves when SQS has been told (FIFO order waits for it). */
  settle(delivery: Delivery, error: unknown, tookMs: number | undefined): Promise<void> | undefined {
    if (delivery.settled) return undefined;
    delivery.settled = true;
    const { metrics } = this.#parts;
    if (delivery.lease.lost || error instanceof LeaseLostError) {
      metrics.ended(delivery.type, 'lost', tookMs);
      return undefined;
    }
    if (error === undefined) {
      metrics.ended(delivery.type, 'done', tookMs);
      return this.#finishEntry(delivery.lease);
    }
    return this.#track(this.#fail(delivery, error, tookMs));
  }

  /** A message that no handler can be asked about: to the dead-letter queue as it is. */
  bury(lease: Lease, reason: string, message: string): void {
    const attributes = fromWire(lease.raw.MessageAttributes);
    const source = {
      id: attributes[WIRE.id] || lease.raw.MessageId || lease.receipt,
      type: attributes[WIRE.type] ?? '',
      body: lease.raw.Body ?? '',
      traceparent: attributes[WIRE.traceparent],
      encoding: attributes[WIRE.encoding],
      groupId: lease.raw.Attributes?.MessageGroupId,
      attributes: withoutReserved(attributes),
    };
    const { settings, metrics } = this.#parts;
    const error = new PermanentError(reason, message);
    settings.logger.error('A message cannot be read; it goes to the dead-letter queue', {
      message_id: source.id,
      reason,
      error,
    });
    void this.#track(
      this.#sendDead(source, { reason, error, attempts: lease.receiveCount, handler: 'intake' }, lease).then((sent) => {
        metrics.ended('', sent ? 'dead' : 'retry', undefined);
        if (sent) this.#parts.ends.delete(lease);
        else this.#parts.ends.release(lease, this.#backoff(lease.receiveCount));
      }),
    );
  }

  /** Puts off a message whose time has not come: hidden, or past a few hops sent anew so that SQS does not expire it. */
  putOff(lease: Lease, remainingMs: number): void {
    // Each hop may last 12 hours: a few of them stay below the shortest usual retention of 4 days.
    const renew = lease.receiveCount >= 4 && !this.#parts.address.fifo;
    if (!renew) {
      this.#parts.ends.release(lease, Math.min(remainingMs, MAX_HIDE_MS) + 999);
      return;
    }
    const { again, settings, ends } = this.#parts;
    const copy = prepareEntry(copyOf(lease.raw, remainingMs), settings.clock.now().getTime());
    void this.#track(
      again.send(copy).then(
        () => ends.delete(lease),
        () => ends.release(lease, Math.min(remainingMs, MAX_HIDE_MS)),
      ),
    );
  }

  /** Gives a message back untouched, to be seen by others at once. */
  giveBack(lease: Lease): void {
    for (const delivery of lease.deliveries) {
      if (!delivery.settled) this.#parts.metrics.ended(delivery.type, 'returned', undefined);
      delivery.settled = true;
    }
    this.#parts.ends.release(lease, 0);
  }

  /** Resolves when everything that was decided has been told to SQS. */
  async flush(): Promise<void> {
    const { again, dead, ends } = this.#parts;
    do {
      await Promise.all([again.flush(), dead.flush()]);
      if (this.#underWay > 0) {
        this.#idle ??= Promise.withResolvers<void>();
        await this.#idle.promise;
      }
      await ends.flush();
    } while (this.#underWay > 0);
  }

  async #fail(delivery: Delivery, error: unknown, tookMs: number | undefined): Promise<void> {
    const { settings, metrics } = this.#parts;
    let outcome: Outcome;
    const policy = settings.retryFor(delivery);
    const limit = error instanceof RetryLater ? MAX_LATER_ATTEMPTS : policy.attempts;
    if (error instanceof ConsumerStoppedError) {
      outcome = 'returned';
      await this.#retry(delivery, 0, error);
    } else if (error instanceof PermanentError) outcome = await this.#kill(delivery, error.reason, error);
    else if (delivery.attempt >= limit) outcome = await this.#kill(delivery, 'attempts-used-up', error);
    else {
      outcome = 'retry';
      await this.#retry(delivery, retryDelay(policy, delivery.attempt, error, settings.random), error);
    }
    metrics.ended(delivery.type, outcome, tookMs);
  }

  async #kill(delivery: Delivery, reason: string, error: unknown): Promise<Outcome> {
    const { settings } = this.#parts;
    const handler = settings.handlerName(delivery);
    const log = { message_id: delivery.id, type: delivery.type, reason, attempts: delivery.attempt, handler, error };
    settings.logger.error('A message is given up and goes to the dead-letter queue', log);
    const cause = { reason, error, attempts: delivery.attempt, handler };
    if (!(await this.#sendDead(delivery, cause, delivery.lease))) {
      await this.#retry(delivery, this.#backoff(delivery.attempt), error);
      return 'retry';
    }
    delivery.gone = true;
    await this.#finishEntry(delivery.lease);
    return 'dead';
  }

  /** By visibility where the message is alone and SQS can hide it that long; otherwise as a copy of its own. */
  async #retry(delivery: Delivery, delayMs: number, error: unknown): Promise<void> {
    const { lease } = delivery;
    const { settings, address, again, ends } = this.#parts;
    const fields = { message_id: delivery.id, type: delivery.type, attempt: delivery.attempt, delay_ms: delayMs };
    settings.logger.debug('A message is tried again', { ...fields, reason: errorMessage(error) });
    const alone = lease.deliveries.length === 1;
    if (alone && (delayMs <= MAX_HIDE_MS || address.fifo)) {
      await released(ends, lease, delayMs);
      return;
    }
    const message = {
      id: delivery.id,
      type: delivery.type,
      body: delivery.body,
      attempt: delivery.attempt + (error instanceof ConsumerStoppedError ? 0 : 1),
      delayMs,
      attributes: delivery.attributes,
      ...(delivery.traceparent === undefined ? {} : { traceparent: delivery.traceparent }),
      ...(delivery.groupId === undefined ? {} : { groupId: delivery.groupId }),
    };
    try {
      const copy = prepareMessage(message, address.fifo, settings.clock.now().getTime());
      // Under the message's own id a FIFO queue would drop it as a repeat.
      await again.send({ ...copy, deduplicationId: newId() });
    } catch (failure) {
      // Not sent again, so the original must come back: all of a frame, whose other ids make the repeat harmless.
      settings.logger.warn('A copy could not be sent; the message itself comes again', { ...fields, error: failure });
      lease.releaseAfterMs = Math.min(delayMs, MAX_HIDE_MS);
    }
    await this.#finishEntry(lease);
  }

  async #sendDead(
    source: Parameters<typeof toDeadLetter>[0],
    cause: { reason: string; error: unknown; attempts: number; handler: string },
    lease: Lease,
  ): Promise<boolean> {
    const { settings, address, dead } = this.#parts;
    const lastAt = settings.clock.now();
    const entry = toDeadLetter(source, { ...cause, firstAt: new Date(lease.firstReceivedAt), lastAt }, address.fifo);
    try {
      if (!entry)
        throw new Error('with its reasons it is more than 1 MiB; SQS itself will move it after its last receive');
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
    const { ends, address } = this.#parts;
    if (lease.releaseAfterMs !== undefined) return released(ends, lease, lease.releaseAfterMs);
    if (address.fifo) return new Promise((resolve) => ends.delete(lease, resolve));
    ends.delete(lease);
    return undefined;
  }

  #backoff(attempt: number): number {
    return retryDelay(
      { attempts: 0, baseMs: 2_000, ceilingMs: 600_000 },
      attempt,
      undefined,
      this.#parts.settings.random,
    );
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#underWay += 1;
    try {
      await work;
    } catch (error) {
      // Nothing was told to SQS: the message comes again when its lease ends.
      this.#parts.settings.logger.error('A message could not be settled; it comes again', { error });
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) {
        this.#idle?.resolve();
        this.#idle = undefined;
      }
    }
  }
}

function released(ends: LeaseEnds, lease: Lease, delayMs: number): Promise<void> {
  return new Promise((resolve) => ends.release(lease, delayMs, resolve));
}

/** The same message once more, as it is written, delayed as long as SQS does. */
function copyOf({ Body = '', MessageAttributes = {}, Attributes }: Message, delayMs: number): SendEntry {
  const groupId = Attributes?.MessageGroupId;
  const attributes = Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    BinaryValue ? { DataType, BinaryValue } : { DataType, StringValue },
  ]);
  return {
    body: Body,
    attributes: Object.fromEntries(attributes),
    delaySeconds: Math.min(SQS_LIMITS.delaySeconds, Math.ceil(delayMs / 1_000)),
    ...(groupId === undefined ? {} : { groupId }),
  };
}
