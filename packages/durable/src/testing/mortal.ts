import { Database, type MemoryLogger, type Transaction } from '@postern/runtime';
import { MessageSender, type OutgoingMessage } from '@postern/sqs/ports';

/** What every call of a dead process ends in, as far as the test can see. */
export class Crashed extends Error {}

/** A process that dies at a step of the test's choosing: from then on nothing it does has an effect. */
export class Life {
  #left = Number.POSITIVE_INFINITY;
  readonly #onEnd: () => void;

  /** @param onEnd called at the step that it dies at: what would go on trying for ever ends here */
  constructor(onEnd: () => void = () => undefined) {
    this.#onEnd = onEnd;
  }

  /** Dies at the `steps`-th step from now; 0 is the next one. */
  endsIn(steps: number): void {
    this.#left = steps;
  }

  get over(): boolean {
    return this.#left < 0;
  }

  /** Called wherever a real process could die between two effects. */
  step(): void {
    this.#left -= 1;
    if (this.#left >= 0) return;
    this.#onEnd();
    throw new Crashed('the process died');
  }
}

/** A database that a life ends before, within and after each statement and transaction of. */
export class MortalDatabase extends Database {
  readonly #life: Life;

  constructor(database: Database, logger: MemoryLogger, life: Life) {
    const sql = new Proxy(database.sql, {
      apply: (target, self, args) => {
        life.step();
        return Reflect.apply(target, self, args);
      },
    });
    const onePool = () => {
      throw new Error('a mortal process has one pool');
    };
    super({ sql, dialect: database.dialect, clock: database.clock }, onePool, logger);
    this.#life = life;
  }

  override async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#life.step();
    const result = await super.transaction(async (tx) => {
      const done = await work(tx);
      // Dying here is dying before COMMIT: everything is rolled back.
      this.#life.step();
      return done;
    });
    this.#life.step();
    return result;
  }
}

export type SendFate = 'sent' | 'failed' | 'sent, reply lost';

/** A sender of a mortal process. What reached SQS stays there, whoever dies afterwards. */
export class MortalSender extends MessageSender {
  readonly #life: Life;
  readonly #reached: (queue: string, message: OutgoingMessage) => void;
  readonly #fate: () => SendFate;

  constructor(
    life: Life,
    reached: (queue: string, message: OutgoingMessage) => void,
    fate: () => SendFate = () => 'sent',
  ) {
    super();
    this.#life = life;
    this.#reached = reached;
    this.#fate = fate;
  }

  override async send(queue: string, message: OutgoingMessage): Promise<void> {
    this.#life.step();
    const fate = this.#fate();
    if (fate !== 'failed') this.#reached(queue, message);
    this.#life.step();
    if (fate !== 'sent') throw new Error('socket hang up');
  }

  override async close(): Promise<void> {}
}
