import { fitting, type Outbox } from '@postern/durable';
import { type Database, forUpdateSkipLocked, idToBytes } from '@postern/runtime';
import type { OutgoingMessage } from '@postern/sqs';
import { applyFilter } from './letter-filter.ts';
import { fromRow, type LetterRow } from './letter-row.ts';
import type { Operation } from './operation-row.ts';
import { CANARY, type Operations } from './operations.ts';
import { sendable } from './sendable.ts';

const STEP = 100;

interface LetterStepParts {
  database: Database;
  operations: Operations;
  outbox: Outbox;
}

interface StepResult {
  /** The operation as it is after the step. */
  operation: Operation;
  /** No letter is left that it could be about. */
  isOver: boolean;
  /** It got no further: what is left is locked by others at the moment. */
  waits: boolean;
}

/**
 * One step of an operation, one transaction: what it decides about letters, the messages it stores in the outbox, and how far the operation is
 * are committed together.
 *
 * @param held this replica's lease, and until when it is prolonged
 * @returns undefined: the operation is another replica's by now, or over
 */
export function takeStep(
  { database, operations, outbox }: LetterStepParts,
  id: string,
  held: { holder: Buffer; until: Date },
): Promise<StepResult | undefined> {
  return database.transaction(async (tx) => {
    const operation = await operations.lock(tx, id, held.holder);
    if (!operation?.filter) return undefined;
    const { queue, filter, kind, createdAt, total, canaryPassed } = operation;
    const room = Math.max(0, total - operation.done - operation.failed);
    const first = kind === 'redrive' && !canaryPassed && total > CANARY;
    const left = () =>
      applyFilter(tx.sql('dead_letters'), queue, filter)
        .where('died_at', '<=', createdAt)
        // What a pass through the queue writes down meanwhile may have died before the operation began, and nobody has decided about it.
        .where((any) => any.whereNull('registered_at').orWhere('registered_at', '<=', createdAt))
        .where((any) => any.whereNull('operation_id').orWhereNot({ operation_id: idToBytes(id) }));
    const query = left()
      .orderBy(['died_at', 'id'])
      .limit(Math.min(room, first ? CANARY : STEP))
      .select('id', tx.sql.raw('LENGTH(letter) AS size'));
    const found: { id: Buffer; size: number }[] = await forUpdateSkipLocked(query, tx.dialect);
    // What another transaction has locked at the moment was passed over, and is not done.
    const isOver = room === 0 || (found.length === 0 && (await left().first('id')) === undefined);
    const ids = fitting(found, ({ size }) => size).map((letter) => letter.id);
    const rows: LetterRow[] = await tx.sql('dead_letters').whereIn('id', ids).orderBy(['died_at', 'id']);
    const now = database.clock.now();
    const messages: OutgoingMessage[] = [];
    const [acted, refused]: [Buffer[], Buffer[]] = [[], []];
    for (const row of rows) {
      try {
        if (kind === 'redrive') messages.push(...sendable(fromRow(row), { outbox, now }));
        acted.push(row.id);
      } catch {
        // A broken frame, what nobody has signed, or what the outbox has no room for: it stays, and is passed over.
        refused.push(row.id);
      }
    }
    const mark = { operation_id: idToBytes(id), acted_at: now };
    const state = kind === 'redrive' ? 'sent' : 'discarded';
    await tx
      .sql('dead_letters')
      .whereIn('id', acted)
      .update({ ...mark, state });
    await tx
      .sql('dead_letters')
      .whereIn('id', refused)
      .update({ operation_id: idToBytes(id) });
    await outbox.addMany(tx, queue, messages);
    const advanced = { done: operation.done + acted.length, failed: operation.failed + refused.length };
    const canary = first && acted.length > 0 ? { state: 'canary', canary_at: now } : {};
    await operations.advance(tx, id, { ...advanced, ...canary, held_until: held.until });
    return { operation: { ...operation, ...advanced }, isOver, waits: !isOver && found.length === 0 };
  });
}
