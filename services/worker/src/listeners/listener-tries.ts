import { messageKey, RowWriter, tryOutcome } from '@postern/durable';
import type { Envelope } from '@postern/events';
import { type Database, idToBytes, isUuid, type Logger, RecurringWarnings, traceIdOf } from '@postern/runtime';

const TABLE = 'listener_tries';
/** As long as the table's columns. */
const MAX_ERROR = 500;
const MAX_TYPE = 100;
/** Tries that wait while the database does not answer; those after them are left out. */
const MOST_WAITING = 5_000;

/** One try of a listener that did not succeed. */
interface UnsuccessfulTry {
  listener: string;
  /** 1 for the first. */
  attempt: number;
  error: unknown;
}

interface Row {
  event_id: Buffer;
  listener: string;
  attempt: number;
  [column: string]: unknown;
}

/**
 * Keeps why listeners did not succeed with an event, for its trace: a row for each try that failed, and the last word of one that waits. Nothing
 * waits for it, and nothing fails by it.
 */
export class ListenerTries {
  readonly #database: Database;
  readonly #rows: RowWriter<Row>;

  constructor(database: Database, { logger }: { logger: Logger }) {
    this.#database = database;
    this.#rows = new RowWriter<Row>({
      ...{ lingerMs: 0, most: MOST_WAITING },
      // One that waits comes again as the same try.
      keyOf: (row) => `${row.event_id.toString('hex')} ${row.listener} ${row.attempt}`,
      write: async (rows) => {
        await database.sql(TABLE).insert(rows).onConflict(['event_id', 'listener', 'attempt']).merge();
      },
      says: {
        fails: 'tries of listeners cannot be written down: they go on, and their traces lack them',
        works: 'tries of listeners are written down for their traces again',
      },
      warnings: new RecurringWarnings({ logger, clock: database.clock }),
    });
  }

  /** Writes a try down that did not succeed. */
  unsuccessful({ id, type, subject, traceparent }: Envelope, { listener, attempt, error }: UnsuccessfulTry): void {
    const trace = traceIdOf(traceparent);
    void this.#rows.add({
      ...{ event_id: messageKey(id), listener, attempt, type: type.slice(0, MAX_TYPE) },
      ...tryOutcome(error, MAX_ERROR),
      trace_id: trace === undefined ? null : Buffer.from(trace, 'hex'),
      user_id: subject !== undefined && isUuid(subject) ? idToBytes(subject) : null,
      at: this.#database.clock.now(),
    });
  }

  /** Resolves when what was added until now is written down. */
  flush(): Promise<void> {
    return this.#rows.flush();
  }

  /** For liveness: what is wrong when a statement hangs. */
  stalled(): string | undefined {
    return this.#rows.stalled();
  }
}
