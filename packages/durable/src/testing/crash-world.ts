import { type Database, FakeClock, MemoryLogger, Metrics, type Transaction } from '@postern/runtime';
import type { MessageSender, OutgoingMessage, ReceivedMessage } from '@postern/sqs/ports';
import { Inbox } from '../inbox/inbox.ts';
import type { EncodeJob } from '../jobs/job-definition.ts';
import { JobDispatcher } from '../jobs/job-dispatcher.ts';
import { JobRunner } from '../jobs/job-runner.ts';
import { Outbox } from '../outbox/outbox.ts';
import { Life, MortalDatabase, MortalSender } from './mortal.ts';

/** A process of the world; when it is killed, the next one has the same database and queues. */
export interface CrashProcess {
  database: Database;
  /** Sends by itself, as what needs no transaction does. */
  sender: MessageSender;
  outbox: Outbox;
  inbox: Inbox;
  jobs: JobDispatcher;
  runner: JobRunner;
  life: Life;
}

/** Handles one message as a worker does. It comes again until this has succeeded and the message was deleted. */
export type CrashHandler = (message: ReceivedMessage, process: CrashProcess) => Promise<unknown>;

export interface CrashWorldOptions {
  database: Database;
  /** How jobs are written; default: the JSON of their data. */
  encode?: EncodeJob;
}

const ROUNDS = 100;
const HOUR_MS = 3_600_000;
const plain: EncodeJob = (job, data) => JSON.stringify(job.schema.parse(data));

/** Processes over one database and one set of queues, of which one dies at a step that the world was made with. */
export class CrashWorld {
  readonly clock = new FakeClock();
  readonly #options: Required<CrashWorldOptions>;
  readonly #handlers = new Map<string, CrashHandler>();
  readonly #waiting: { queue: string; message: OutgoingMessage }[] = [];
  readonly #promised = new Set<string>();
  readonly #effects: string[] = [];
  #process: CrashProcess;
  #deaths = 0;

  constructor(options: CrashWorldOptions, diesIn: number) {
    this.#options = { encode: plain, ...options };
    this.#process = this.#start();
    this.#process.life.endsIn(diesIn);
  }

  /** Whether the step was reached. */
  get hasDied(): boolean {
    return this.#deaths > 0;
  }

  /** What consumes a queue. */
  on(queue: string, handler: CrashHandler): void {
    this.#handlers.set(queue, handler);
  }

  /**
   * Does what a request does. Where the process dies nobody has the answer: whether it was committed is found out from `promise`,
   * and it is not tried again.
   */
  async act(work: (process: CrashProcess) => Promise<unknown>): Promise<void> {
    await this.#survive(work);
  }

  /** What the flow owes from now on, if the transaction commits: exactly one `effect` of the name. */
  promise(tx: Transaction, name: string): void {
    tx.afterCommit(() => void this.#promised.add(name));
  }

  /**
   * What the flow is for has happened: with a transaction once it commits, without one at once. One outside of the database may
   * be repeated by a process that died before it was recorded; its name is the key by which the other side tells.
   */
  effect(name: string, tx?: Transaction): void {
    this.#process.life.step();
    if (tx) tx.afterCommit(() => void this.#effects.push(name));
    else if (!this.#effects.includes(name)) this.#effects.push(name);
    this.#process.life.step();
  }

  /** Lets the processes go on until nothing waits in outbox and queues. @throws Error when that takes no end */
  async settle(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      await this.#survive(({ outbox }) => outbox.sweep());
      await this.#deliver();
      if (this.#waiting.length === 0 && (await this.#process.outbox.pending().catch(() => 1)) === 0) return;
      await this.clock.advance(HOUR_MS);
    }
    throw new Error(`after ${ROUNDS} rounds there is still something in the outbox or in a queue`);
  }

  /** What was promised and has not happened, and what has happened without a promise or more than once. */
  get faults(): string[] {
    const count = (name: string) => this.#effects.filter((each) => each === name).length;
    return [
      ...[...this.#promised].filter((name) => count(name) === 0).map((name) => `${name} was lost`),
      ...[...new Set(this.#effects)]
        .filter((name) => count(name) > 1)
        .map((name) => `${name} happened ${count(name)} times`),
      ...[...new Set(this.#effects)]
        .filter((name) => !this.#promised.has(name))
        .map((name) => `${name} was not promised`),
    ];
  }

  async #deliver(): Promise<void> {
    for (const entry of [...this.#waiting]) {
      const handler = this.#handlers.get(entry.queue);
      if (!handler) throw new Error(`nothing consumes the queue ${entry.queue}: give the world a handler with \`on\``);
      await this.#survive(async (process) => {
        await handler(received(entry.queue, entry.message, this.clock), process);
        process.life.step();
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        process.life.step();
      });
    }
  }

  /** Runs something in the process; when that dies, another takes its place. */
  async #survive(work: (process: CrashProcess) => Promise<unknown>): Promise<void> {
    const process = this.#process;
    try {
      await work(process);
    } catch (error) {
      if (!process.life.over) throw error;
    }
    if (!process.life.over) return;
    // What the dead one had begun is broken off by now, as its connections are cut.
    await new Promise((resolve) => setTimeout(resolve, 2));
    this.#deaths += 1;
    this.#process = this.#start();
  }

  #start(): CrashProcess {
    const { database, encode } = this.#options;
    const { clock } = this;
    const [life, logger] = [new Life(), new MemoryLogger()];
    const own = new MortalDatabase(database, logger, life);
    const sender = new MortalSender(life, (queue, message) => void this.#waiting.push({ queue, message }));
    const metrics = new Metrics({ defaults: false });
    const outbox = new Outbox(own, sender, { logger, metrics, clock, deleteLingerMs: 1 });
    const inbox = new Inbox(own, { clock });
    const jobs = new JobDispatcher(own, outbox, { encode, clock });
    const runner = new JobRunner(own, inbox, outbox, { logger, clock });
    return { life, database: own, sender, outbox, inbox, jobs, runner };
  }
}

function received(queue: string, message: OutgoingMessage, clock: FakeClock): ReceivedMessage {
  const { id, type, body, traceparent, groupId, attributes = {} } = message;
  const signal = new AbortController().signal;
  return { queue, id, type, body, attempt: 1, sentAt: clock.now(), traceparent, groupId, attributes, signal };
}
