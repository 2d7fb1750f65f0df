import { messageKey } from '@postern/durable';
import { queueContents } from '@postern/events';
import { type Database, idToBytes } from '@postern/runtime';
import type { OutgoingMessage } from '@postern/sqs';
import { mailId } from '../mail/delivery/ledger/mail-identity.ts';
import { fromRow, type LetterRow, UNKNOWN_REASONS } from './letter-row.ts';
import type { Operation } from './operation-row.ts';
import { toOutgoing } from './to-outgoing.ts';

/** How long a listener that no replica has beaten for counts as there, in milliseconds. */
const LISTENER_MS = 300_000;

/** Letters that an operation has sent and that are dead again. */
interface DiedAgain {
  all: number;
  /** Of those, the ones that died because a release did not know them. */
  unknown: number;
}

type Judged = Pick<Operation, 'id' | 'createdAt'>;

/**
 * Judges letters that were sent back by what is on record: one has passed when all listeners of its event have recorded it, its job is
 * recorded, or the ledger has its mail, and a frame when each of its messages has; it has died again when the register has it as dead once
 * more. Nothing else counts as either.
 */
export class Canary {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** How many of the first letters that an operation has sent have passed. */
  async passed({ id, createdAt }: Judged): Promise<number> {
    const rows: LetterRow[] = await this.#database
      .sql('dead_letters')
      .where({ operation_id: idToBytes(id), state: 'sent' })
      // What an operation passed over has its id, too, and perhaps an act from before.
      .where('acted_at', '>=', createdAt)
      .limit(100);
    let passed = 0;
    for (const row of rows) {
      const messages = toOutgoing(fromRow(row));
      const each = await Promise.all(messages.map((message) => this.#passed(row.queue, message)));
      if (each.every(Boolean)) passed += 1;
    }
    return passed;
  }

  /** How many that the operation has sent are dead again. */
  async diedAgain({ id, createdAt }: Judged): Promise<DiedAgain> {
    const rows: { reason: string; many: number | string }[] = await this.#database
      .sql('dead_letters')
      .where({ operation_id: idToBytes(id), state: 'dead' })
      .where('acted_at', '>=', createdAt)
      .where('died_at', '>=', this.#database.sql.ref('acted_at'))
      .groupBy('reason')
      .select('reason', this.#database.sql.raw('COUNT(*) AS many'));
    const sum = (some: typeof rows) => some.reduce((total, { many }) => total + Number(many), 0);
    return { all: sum(rows), unknown: sum(rows.filter(({ reason }) => UNKNOWN_REASONS.includes(reason))) };
  }

  async #passed(queue: string, { id, type, body }: OutgoingMessage): Promise<boolean> {
    const content = Object.entries(queueContents).find(([name]) => name === queue)?.[1];
    const { sql } = this.#database;
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
    const listeners: string[] = await this.#listeners().where({ event_type: type }).pluck('name');
    // An event that nobody listens to is recorded by nobody: where events are taken at all, it passes.
    if (listeners.length === 0) return (await this.#listeners().first('name')) !== undefined;
    return listeners.every((name) => done.has(name));
  }

  #listeners() {
    const { sql, clock } = this.#database;
    return sql('listeners').where('seen_at', '>', new Date(clock.now().getTime() - LISTENER_MS));
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
