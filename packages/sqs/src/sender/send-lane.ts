import { backoffDelay, type Clock, errorMessage } from '@postern/runtime';
import { Batcher } from '../client/batcher.ts';
import { isRefusedMessage } from '../client/call-faults.ts';
import type { QueueAddress } from '../client/queue-directory.ts';
import { type BatchFailure, SQS_LIMITS, type SqsApi } from '../client/sqs-api.ts';
import { MessageRefusedError, NotWantedError, SendFailedError } from './errors.ts';
import { type FrameLimits, FramePacker, type PackedEntry } from './frame-packer.ts';
import { entryBytes, type PreparedMessage, toLoneEntry } from './prepared-message.ts';

interface LaneOptions {
  lingerMs: number;
  /** How long failed entries are tried again, in milliseconds. */
  retryForMs: number;
  /** Batches under way at a time. */
  maxConcurrent: number;
  /** Undefined = never pack. */
  frames: FrameLimits | undefined;
  clock: Clock;
}

interface Waiting {
  message: PreparedMessage;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** Raw bytes that one call packs at most: the event loop is blocked meanwhile, about 8 ms for 2,000 messages. */
const PACK_BYTES = 1024 * 1024;
const PACK_MESSAGES = 2_000;
const RETRY_BASE_MS = 50;
const RETRY_CEILING_MS = 2_000;

/** The way to one queue: messages wait here for company, go by tens or packed into frames, and each learns its own outcome. */
export class SendLane {
  readonly #api: SqsApi;
  readonly #address: Pick<QueueAddress, 'url' | 'fifo'>;
  readonly #options: LaneOptions;
  readonly #batcher: Batcher<Waiting>;
  readonly #packer: FramePacker | undefined;
  #calls = 0;

  constructor(api: SqsApi, address: Pick<QueueAddress, 'url' | 'fifo'>, options: LaneOptions) {
    this.#api = api;
    this.#address = address;
    this.#options = options;
    // A frame is one message to SQS: in a FIFO queue a failed entry could not wait without the ones behind it.
    this.#packer = options.frames && !address.fifo ? new FramePacker(options.frames) : undefined;
    const packs = this.#packer !== undefined;
    this.#batcher = new Batcher<Waiting>({
      maxItems: SQS_LIMITS.batchEntries,
      maxBytes: packs ? PACK_BYTES : SQS_LIMITS.bytes,
      bytesOf: (waiting) => waiting.message.bytes,
      grab: (count) => (packs && count > SQS_LIMITS.batchEntries ? PACK_MESSAGES : SQS_LIMITS.batchEntries),
      lingerMs: options.lingerMs,
      // Two batches of one group under way could change places.
      maxConcurrent: address.fifo ? 1 : options.maxConcurrent,
      eager: true,
      clock: options.clock,
      run: (items) => this.#run(items),
    });
  }

  /** Calls of SendMessageBatch so far. */
  get calls(): number {
    return this.#calls;
  }

  send(message: PreparedMessage): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#batcher.add({ message, resolve, reject });
    return promise;
  }

  flush(): Promise<void> {
    return this.#batcher.flush();
  }

  async #run(items: Waiting[]): Promise<void> {
    try {
      await this.#sendAll(items);
    } catch (error) {
      for (const item of items) item.reject(new SendFailedError(errorMessage(error), { cause: error }));
    }
  }

  /** Sends those that are still wanted. Asked again before each batch: those before it took their time. */
  async #sendAll(items: readonly Waiting[]): Promise<void> {
    const { true: wanted = [], false: lapsed = [] } = Object.groupBy(items, ({ message }) => `${isWanted(message)}`);
    for (const item of lapsed) item.reject(new NotWantedError());
    const waiters = new Map(wanted.map((item) => [item.message, item]));
    for (const batch of this.#toBatches(wanted, this.#options.clock.now().getTime())) {
      const messages = batch.flatMap((packed) => packed.messages);
      // Packed once more, so that those whose time is over take none with them that have some left.
      if (messages.every(isWanted)) await this.#sendBatch(batch, waiters);
      else await this.#sendAll(messages.map((message) => waiters.get(message) as Waiting));
    }
  }

  /** Batches of at most ten entries and 1 MiB; packed when more wait than one batch takes. */
  #toBatches(items: readonly Waiting[], now: number): PackedEntry[][] {
    const packed: PackedEntry[] = [];
    const alone = ({ message }: Waiting) =>
      packed.push({ entry: toLoneEntry(message, this.#address.fifo, now), messages: [message] });
    if (!this.#packer || items.length <= SQS_LIMITS.batchEntries) {
      for (const item of items) alone(item);
    } else {
      const groups = new Map<string | undefined, PreparedMessage[]>();
      for (const item of items) {
        const { notBefore, groupId } = item.message;
        // SQS delays whole messages only, so a delayed one travels alone.
        if (notBefore > now) alone(item);
        else if (groups.has(groupId)) groups.get(groupId)?.push(item.message);
        else groups.set(groupId, [item.message]);
      }
      for (const group of groups.values()) packed.push(...this.#packer.pack(group));
    }
    return intoBatches(packed, this.#address.fifo);
  }

  async #sendBatch(batch: PackedEntry[], waiters: Map<PreparedMessage, Waiting>): Promise<void> {
    const { clock, retryForMs } = this.#options;
    const began = clock.monotonic();
    let left = batch;
    for (let attempt = 1; left.length > 0; attempt++) {
      const { failures, error } = await this.#call(left);
      if (left.length > 1 && isRefusal(error)) {
        // One of them is at fault and SQS does not say which: each for itself.
        for (const packed of left) await this.#sendBatch([packed], waiters);
        return;
      }
      const failed = new Map(failures.map((failure) => [failure.index, failure]));
      const again: PackedEntry[] = [];
      left.forEach((packed, index) => {
        const failure = failed.get(index);
        if (failure && !isRefusedMessage(failure.code)) again.push(packed);
        else
          settle(
            packed,
            waiters,
            failure && new MessageRefusedError(failure.code, `SQS refused it: ${failure.message}`),
          );
      });
      if (again.length === 0) return;
      const wait = backoffDelay(attempt, { baseMs: RETRY_BASE_MS, ceilingMs: RETRY_CEILING_MS });
      const hasTime = clock.monotonic() - began + wait < retryForMs;
      if (hasTime) await clock.sleep(wait);
      // A frame goes as it is: one that is wanted is not to fail by those that are not.
      const goesAgain = Map.groupBy(again, ({ messages }) => hasTime && messages.some(isWanted));
      const why = error ? errorMessage(error) : (failures[0]?.message ?? 'no reason given');
      const spentMs = Math.round(clock.monotonic() - began);
      for (const packed of goesAgain.get(false) ?? []) {
        const failed = new SendFailedError(`SQS did not accept it within ${spentMs} ms: ${why}`, { cause: error });
        settle(packed, waiters, failed);
      }
      left = goesAgain.get(true) ?? [];
    }
  }

  /** One call; a failure of the whole is a failure of each entry. */
  async #call(batch: readonly PackedEntry[]): Promise<{ failures: BatchFailure[]; error?: unknown }> {
    this.#calls += 1;
    try {
      return {
        failures: await this.#api.sendBatch(
          this.#address.url,
          batch.map((packed) => packed.entry),
        ),
      };
    } catch (error) {
      const code = error instanceof Error ? error.name : 'Unknown';
      const failures = batch.map((_, index) => ({ index, code, message: errorMessage(error) }));
      return { failures, error };
    }
  }
}

function settle(packed: PackedEntry, waiters: Map<PreparedMessage, Waiting>, error: Error | undefined): void {
  for (const message of packed.messages) {
    const waiter = waiters.get(message);
    if (error) waiter?.reject(error);
    else waiter?.resolve();
  }
}

/** Asked as late as possible: a lease may have ended while it waited. */
function isWanted(message: PreparedMessage): boolean {
  return message.isWanted?.() ?? true;
}

/** Whether SQS refused the request for what is in it, which no repetition changes. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && isRefusedMessage(error.name);
}

/**
 * Of a FIFO queue's group a batch holds one message only: were there two, the first could fail and the second not, and a repetition
 * would put it behind.
 */
function intoBatches(packed: readonly PackedEntry[], fifo: boolean): PackedEntry[][] {
  const batches: PackedEntry[][] = [];
  let batch: PackedEntry[] = [];
  let bytes = 0;
  for (const next of packed) {
    const size = entryBytes(next.entry);
    const repeats = fifo && batch.some((other) => other.entry.groupId === next.entry.groupId);
    if (batch.length === SQS_LIMITS.batchEntries || repeats || (batch.length > 0 && bytes + size > SQS_LIMITS.bytes)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(next);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
