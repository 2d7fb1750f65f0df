import { currentTraceparent, type Database, newId, type Transaction } from '@postern/runtime';
import type { MessageSender, OutgoingMessage } from '@postern/sqs/ports';
import { OUTBOX_LIMITS } from './create-outbox-table.ts';
import { OutboxLag } from './outbox-lag.ts';
import { OutboxMetrics } from './outbox-metrics.ts';
import { OUTBOX_DEFAULTS, type OutboxOptions, type OutboxSettings } from './outbox-options.ts';
import { OutboxPublisher } from './outbox-publisher.ts';
import { delay, MAX_SQS_DELAY_MS, messageColumns } from './outbox-row.ts';
import { type NewRow, OutboxStore } from './outbox-store.ts';
import { OutboxSweeper } from './outbox-sweeper.ts';
import { QueueNames } from './queue-names.ts';

interface AddOptions {
  /** The message reaches no consumer before this time, however far off. Takes precedence over the message's `delayMs`. */
  availableAt?: Date;
  /**
   * Messages of one key are sent one after another, in the order of their `add`: a later one waits while an earlier one
   * is being sent, backs off or is dead. The order is that of the transactions as long as those of one aggregate
   * exclude each other, which they do when each locks (writes) the aggregate's row first. A consumer sees it on a FIFO
   * queue only: give the message a `groupId` as well.
   */
  orderKey?: string;
}

/** SQS's largest message (SQS quotas, 2025-08), less room for attributes. */
const MAX_BODY_BYTES = 1_048_576 - 8_192;
/** What the column of all that is not the body holds (MySQL's TEXT); beyond it a server in a lax sql_mode cuts. */
const MAX_HEADER_BYTES = 65_535;

/**
 * A transactional outbox (Richardson, "Microservices Patterns", 3.3.7). A message is stored in the transaction that
 * makes it true and sent after COMMIT: at once from the memory of the replica that stored it, otherwise by whichever
 * replica sweeps it up. Every message of a committed transaction reaches SQS, at least once; none of another does.
 */
export class Outbox {
  readonly #store: OutboxStore;
  readonly #lag: OutboxLag;
  readonly #publisher: OutboxPublisher;
  readonly #sweeper: OutboxSweeper;
  readonly #settings: OutboxSettings;
  #stopping = false;

  constructor(database: Database, sender: MessageSender, options: OutboxOptions) {
    const settings = { ...OUTBOX_DEFAULTS, clock: database.clock, ...options };
    this.#settings = settings;
    this.#store = new OutboxStore(database);
    const names = new QueueNames(this.#store);
    this.#lag = new OutboxLag(database, names, settings);
    const metrics = new OutboxMetrics(this.#lag, settings);
    this.#publisher = new OutboxPublisher(newId(), this.#store, sender, { metrics, settings });
    this.#sweeper = new OutboxSweeper(this.#store, this.#publisher, { names, lag: this.#lag, settings });
  }

  /**
   * Stores a message in `tx`; it is sent once `tx` has been committed. Costs one INSERT and no wait for SQS.
   *
   * @throws RangeError when a name is too long or the body over 1 MiB, before anything is stored
   */
  async add(tx: Transaction, queue: string, added: OutgoingMessage, options: AddOptions = {}): Promise<void> {
    const message = inTrace(added);
    const row = this.#row(queue, message, options);
    const { clock, leaseMs } = this.#settings;
    const now = row.createdAt;
    // Whoever stores a row also has its lease, so that sweepers leave it alone while this replica sends it. With no
    // room, or a queue that is down, the row goes without: a sweeper takes it when there is room, and nobody waits.
    const hot = row.orderKey === undefined && !isFar(row, now) && this.#canSendNow(queue);
    const leaseEnd = new Date(now.getTime() + leaseMs);
    const stored = hot ? { ...row, dueAt: leaseEnd, holder: this.#publisher.holder } : row;
    const id = await this.#store.insert(tx, stored);
    tx.afterCommit(() => {
      this.#sweeper.watch(queue);
      if (row.orderKey !== undefined) this.#sweeper.wake();
      // A transaction that outlasted its row's lease has lost it: a sweeper may be sending the row by now.
      else if (hot && clock.now() < leaseEnd) {
        const { createdAt, availableAt, orderKey } = row;
        const outgoing = { ...message, ...delay(availableAt, clock.now()) };
        const sent = { id, queue, message: outgoing, orderKey, createdAt, availableAt, attempts: 0 };
        void this.#publisher.publish(sent, leaseEnd);
      }
    });
  }

  /** Stores many messages in `tx` with one INSERT for hundreds; they are sent by the sweeper, at once after COMMIT. */
  async addMany(
    tx: Transaction,
    queue: string,
    messages: readonly OutgoingMessage[],
    options: AddOptions = {},
  ): Promise<void> {
    if (messages.length === 0) return;
    const rows = messages.map((message) => this.#row(queue, inTrace(message), options));
    await this.#store.insertMany(tx, rows);
    tx.afterCommit(() => {
      this.#sweeper.watch(queue);
      this.#sweeper.wake();
    });
  }

  /**
   * Whether the outbox can keep it: for whoever stores many at once, whose others are not to suffer for one.
   *
   * @throws RangeError as `add` does
   */
  check(queue: string, message: OutgoingMessage): void {
    this.#row(queue, message, {});
  }

  /** Begins to sweep, once a second. Without it, messages of dead replicas and those put off are not sent. */
  start(): void {
    this.#stopping = false;
    this.#sweeper.start();
  }

  /**
   * Ends the sweeping, waits for what is being sent (up to `stopMs`) and deletes what was. What could not be sent is
   * given back, so that the other replicas need not wait for this one's leases to end. Stop it after the HTTP server and
   * before the sender.
   */
  async stop(): Promise<{ left: number }> {
    this.#stopping = true;
    const deadline = AbortSignal.timeout(Math.floor(this.#settings.stopMs));
    await this.#sweeper.stop();
    const left = await this.#publisher.drain(deadline);
    if (left > 0) this.#settings.logger.warn('outbox stopped with messages unsent: they stay in it', { left });
    return { left };
  }

  /** Sends everything that is due, now. Returns how many messages SQS took. For tests and commands. */
  async sweep(): Promise<number> {
    const sent = await this.#sweeper.sweep();
    await this.#publisher.settle();
    return sent;
  }

  /** Rows whose message is not sent, dead ones and those put off included. */
  async pending(): Promise<number> {
    return this.#store.count();
  }

  /** Rows whose message is to be sent now, neither put off nor dead: up to so many of a queue as the metrics count. */
  async due(): Promise<number> {
    const { waiting, dead } = await this.#lag.read();
    return Math.max(0, waiting - dead);
  }

  /** For liveness: what is wrong when sweeping, or writing down what was sent, hangs. */
  stalled(): string | undefined {
    return this.#sweeper.stalled() ?? this.#publisher.stalled();
  }

  /** A message that was kept elsewhere until now, as it is to be sent. */
  renewed(queue: string, message: OutgoingMessage): OutgoingMessage {
    return { ...message, body: this.#settings.renew(message.body, queue) };
  }

  /** Messages in memory, between COMMIT and SQS. */
  get inFlight(): number {
    return this.#publisher.inFlight;
  }

  #canSendNow(queue: string): boolean {
    return !this.#stopping && this.#publisher.hasRoom() && !this.#publisher.health.isDown(queue);
  }

  #row(queue: string, message: OutgoingMessage, { availableAt, orderKey }: AddOptions): NewRow {
    checkLength('queue', queue, OUTBOX_LIMITS.queue);
    checkLength('message id', message.id, OUTBOX_LIMITS.messageId);
    checkLength('message type', message.type, OUTBOX_LIMITS.type);
    if (orderKey !== undefined) checkLength('orderKey', orderKey, OUTBOX_LIMITS.orderKey);
    const bytes = Buffer.byteLength(message.body);
    if (bytes > MAX_BODY_BYTES) {
      throw new RangeError(
        `message ${message.id} (${message.type}) has a body of ${bytes} bytes and SQS accepts ${MAX_BODY_BYTES}: store the data elsewhere and send a reference`,
      );
    }
    const columns = messageColumns(message);
    const headerBytes = Buffer.byteLength(columns.headers ?? '');
    if (headerBytes > MAX_HEADER_BYTES) {
      throw new RangeError(
        `message ${message.id} (${message.type}) has attributes of ${headerBytes} bytes and the outbox keeps ${MAX_HEADER_BYTES}: put the data into its body`,
      );
    }
    const now = this.#settings.clock.now();
    const at = availableAt ?? (message.delayMs ? new Date(now.getTime() + message.delayMs) : undefined);
    const row = { queue, message: columns, orderKey, createdAt: now, availableAt: at, dueAt: now, holder: undefined };
    return isFar(row, now) ? { ...row, dueAt: at as Date } : row;
  }
}

/** What it is sent and handled in goes on from where it was stored. */
function inTrace(message: OutgoingMessage): OutgoingMessage {
  const traceparent = currentTraceparent(message.traceparent);
  return traceparent === message.traceparent ? message : { ...message, traceparent: traceparent as string };
}

/** Further off than SQS itself can delay (or may, where order counts): such a row waits in the table, where a crash cannot lose it. */
function isFar({ availableAt, orderKey }: Pick<NewRow, 'availableAt' | 'orderKey'>, now: Date): boolean {
  // A delay inside SQS would let the next message of the key overtake this one.
  const bySqs = orderKey === undefined ? MAX_SQS_DELAY_MS : 0;
  return availableAt !== undefined && availableAt.getTime() - now.getTime() > bySqs;
}

function checkLength(what: string, value: string, max: number): void {
  if (value.length > 0 && value.length <= max) return;
  throw new RangeError(`${what} must have 1 to ${max} characters, not ${value.length}`);
}
