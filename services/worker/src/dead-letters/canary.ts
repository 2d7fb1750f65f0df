import { messageKey } from '@postern/durable';
import { queueContents } from '@postern/events';
import { type Database, idToBytes, toDate } from '@postern/runtime';
import { mailId } from '../mail/delivery/ledger/mail-identity.ts';
import { fromRow, type LetterRow, type RegisteredLetter } from './letter-row.ts';

/** How long a listener that no replica has beaten for counts as there, in milliseconds. */
const LISTENER_MS = 300_000;

/** What became of the letters that an operation has sent first. */
export interface CanaryReport {
  passed: number;
  diedAgain: number;
  /** Of which no record says either. */
  unknown: number;
}

/**
 * Judges letters that were sent back by what is on record: one has passed when all listeners of its event have recorded it, its job is
 * recorded, or the ledger has its mail; it has died again when the register has it as dead once more. Nothing else counts as either.
 */
export class Canary {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async judge(operationId: string): Promise<CanaryReport> {
    const rows: LetterRow[] = await this.#database
      .sql('dead_letters')
      .where({ operation_id: idToBytes(operationId) })
      .limit(100);
    const report: CanaryReport = { passed: 0, diedAgain: 0, unknown: 0 };
    for (const row of rows) {
      if (row.state === 'dead') {
        if ((toDate(row.died_at) as Date) >= (toDate(row.acted_at) as Date)) report.diedAgain += 1;
      } else if (await this.#passed(fromRow(row))) report.passed += 1;
      else report.unknown += 1;
    }
    return report;
  }

  /** How many that the operation has sent are dead again. */
  async diedAgain(operationId: string): Promise<number> {
    const [row] = await this.#database
      .sql('dead_letters')
      .where({ operation_id: idToBytes(operationId), state: 'dead' })
      .where('died_at', '>=', this.#database.sql.ref('acted_at'))
      .count({ many: '*' });
    return Number(row?.many ?? 0);
  }

  async #passed({ queue, id, type, body }: RegisteredLetter): Promise<boolean> {
    const content = Object.entries(queueContents).find(([name]) => name === queue)?.[1];
    const { sql, clock } = this.#database;
    if (content === 'mails') {
      const key = mailKeyOf(body);
      return (
        key !== undefined &&
        (await sql('mails')
          .where({ id: mailId(key) })
          .first('id')) !== undefined
      );
    }
    const done = new Set(
      await sql('deliveries')
        .where({ message_id: messageKey(id) })
        .pluck('listener'),
    );
    if (content !== 'events') return done.size > 0;
    const listeners: string[] = await sql('listeners')
      .where({ event_type: type })
      .where('seen_at', '>', new Date(clock.now().getTime() - LISTENER_MS))
      .pluck('name');
    return listeners.length > 0 && listeners.every((name) => done.has(name));
  }
}

function mailKeyOf(body: string): string | undefined {
  try {
    const { data } = JSON.parse(body) as { data?: { key?: unknown } };
    return typeof data?.key === 'string' ? data.key : undefined;
  } catch {
    return undefined;
  }
}
