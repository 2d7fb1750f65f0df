import type { SQSClient } from '@aws-sdk/client-sqs';
import { type Clock, SystemClock } from '@postern/runtime';
import type { QueueDirectory } from '../client/queue-directory.ts';
import type { SqsApi } from '../client/sqs-api.ts';
import { toSqsApi } from '../client/to-sqs-api.ts';
import { beginSendSpan } from '../tracing/message-spans.ts';
import { SenderClosedError, SenderFullError } from './errors.ts';
import { DEFAULT_FRAME_LIMITS, type FrameLimits } from './frame-packer.ts';
import { MessageSender, type OutgoingMessage, type SendOptions } from './message-sender.ts';
import { prepareMessage } from './prepared-message.ts';
import { SendLane } from './send-lane.ts';

interface SenderOptions {
  /** How long a message may wait for company while another batch is under way, in milliseconds. Default 5. */
  lingerMs?: number;
  /** How long entries that SQS could not take are tried again, in milliseconds. Default 10,000. */
  retryForMs?: number;
  /** Batches under way at a time, a queue. Default 4. */
  maxConcurrent?: number;
  /** Messages that may wait or be under way, all queues together; more are refused. Default 20,000. */
  maxPending?: number;
  /**
   * Packing of a backlog into frames: its limits, or false where a consumer is not this engine. A function decides by
   * queue. Default on. FIFO queues are never packed.
   */
  frames?: Partial<FrameLimits> | boolean | ((queue: string) => Partial<FrameLimits> | boolean);
  clock?: Clock;
}

/**
 * Sends to SQS. Messages handed over at the same time share a request: a lone one goes at once, and while requests are
 * under way others gather, up to ten a batch. When more wait than one batch takes they are packed into frames.
 */
export class SqsSender extends MessageSender {
  readonly #api: SqsApi;
  readonly #queues: QueueDirectory;
  readonly #options: Required<Omit<SenderOptions, 'frames'>> & Pick<SenderOptions, 'frames'>;
  readonly #lanes = new Map<string, SendLane>();
  #pending = 0;
  #closed: Promise<void> | undefined;
  #room: PromiseWithResolvers<void> | undefined;

  constructor(client: SQSClient | SqsApi, queues: QueueDirectory, options: SenderOptions = {}) {
    super();
    this.#api = toSqsApi(client);
    this.#queues = queues;
    this.#options = {
      lingerMs: 5,
      retryForMs: 10_000,
      maxConcurrent: 4,
      maxPending: 20_000,
      clock: new SystemClock(),
      ...options,
    };
  }

  /** Messages that wait or are under way. */
  get pending(): number {
    return this.#pending;
  }

  override async send(queue: string, message: OutgoingMessage, { isWanted }: SendOptions = {}): Promise<void> {
    if (this.#closed) throw new SenderClosedError();
    const { maxPending, clock } = this.#options;
    if (this.#pending >= maxPending) {
      throw new SenderFullError(`${this.#pending} messages wait to be sent already, and the limit is ${maxPending}`);
    }
    const address = this.#queues.get(queue);
    const span = beginSendSpan(address, message);
    this.#pending += 1;
    try {
      const sent = span ? { ...message, traceparent: span.traceparent } : message;
      const prepared = prepareMessage(sent, address.fifo, clock.now().getTime());
      await this.#lane(queue).send(isWanted ? { ...prepared, isWanted } : prepared);
      span?.end();
    } catch (error) {
      span?.end(error);
      throw error;
    } finally {
      this.#pending -= 1;
      if (this.#room && this.#pending < maxPending / 2) {
        this.#room.resolve();
        this.#room = undefined;
      }
    }
  }

  /** Resolves when there is room for more; what a loop that sends very many awaits between sends. */
  async ready(): Promise<void> {
    if (this.#pending < this.#options.maxPending) return;
    this.#room ??= Promise.withResolvers<void>();
    await this.#room.promise;
  }

  override close(): Promise<void> {
    this.#closed ??= Promise.all([...this.#lanes.values()].map((lane) => lane.flush())).then(() => {});
    return this.#closed;
  }

  #lane(queue: string): SendLane {
    let lane = this.#lanes.get(queue);
    if (!lane) {
      const { lingerMs, retryForMs, maxConcurrent, clock } = this.#options;
      const frames = this.#frames(queue);
      const options = { lingerMs, retryForMs, maxConcurrent, frames, clock };
      lane = new SendLane(this.#api, this.#queues.get(queue), options);
      this.#lanes.set(queue, lane);
    }
    return lane;
  }

  #frames(queue: string): FrameLimits | undefined {
    const { frames = true } = this.#options;
    const chosen = typeof frames === 'function' ? frames(queue) : frames;
    if (chosen === false) return undefined;
    return { ...DEFAULT_FRAME_LIMITS, ...(chosen === true ? {} : chosen) };
  }
}
