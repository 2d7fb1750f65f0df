import { bytesToId, type Database, idToBytes, isDuplicateKey, type Transaction, toDate } from '@postern/runtime';
import type { AuditedAct, OperatorAudit } from '../operators/operator-audit.ts';
import { POSTERN } from '../operators/own-names.ts';
import type { RegisterFilter } from './letter-filter.ts';
import { type Operation, type OperationKind, type OperationState, toOperation } from './operation-row.ts';

/** The first letters to go: those behind them wait until these have passed. */
export const CANARY = 10;
const TABLE = 'operations';
/** What is not over goes on; who waits for an operator does not. */
const ACTIVE: readonly OperationState[] = ['running', 'canary'];
export const OPEN: readonly OperationState[] = [...ACTIVE, 'stopped'];

/** What an operator decides about an operation, and what it means that it could not be done. */
export const DECISIONS = { cancel: 'It is over already.', 'go-on': 'It does not wait for anybody.' } as const;
export type OperationDecision = keyof typeof DECISIONS;

/** Operations that a replica looks at in a round. */
const AT_ONCE = 20;

/** What there may be one of at a time is under way already; the message says what to do. */
export class OperationUnderWayError extends Error {
  override name = 'OperationUnderWayError';
}

interface NewOperation {
  filter: RegisterFilter;
  /** The filter in words, which stay when it is over. */
  words: string;
  total: number;
  /** Of those with the same text here one at a time is open. */
  alone?: string | undefined;
}

/** What operators do with many letters: rows that outlive the page, the browser and the worker that works on them. */
export class Operations {
  readonly #database: Database;
  readonly #audit: OperatorAudit;

  constructor(database: Database, audit: OperatorAudit) {
    this.#database = database;
    this.#audit = audit;
  }

  /**
   * Returns its id, which is that of its entry in the audit.
   *
   * @throws OperationUnderWayError when it is to be alone and is not
   */
  async begin(
    act: AuditedAct & { kind: OperationKind; queue: string },
    { filter, words, total, alone }: NewOperation,
  ): Promise<string> {
    const { kind, queue, ...audited } = act;
    const id = await this.#audit.begin(audited, words);
    const row = { id: idToBytes(id), kind, queue, operator: act.operator, filter: JSON.stringify(filter), total };
    const created_at = this.#database.clock.now();
    const texts = { words: words.slice(0, 500), state: 'running', alone_in: alone ?? null };
    try {
      await this.#database.sql(TABLE).insert({ ...row, ...texts, created_at });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const detail =
        kind === 'survey'
          ? `another pass through ${queue} is under way`
          : `another operation that sends back letters of ${queue} is not over: it waits for its first ones to pass, or for somebody to have it go on or cancel it`;
      await this.#audit.end(id, 'refused', detail);
      throw new OperationUnderWayError(`Not now: ${detail}.`, { cause: error });
    }
    return id;
  }

  async find(id: string): Promise<Operation | undefined> {
    const row = await this.#database
      .sql(TABLE)
      .where({ id: idToBytes(id) })
      .first();
    return row && toOperation(row);
  }

  /** The newest first, those before the operation `before`. */
  async list({ before, limit }: { before?: string | undefined; limit: number }): Promise<Operation[]> {
    const query = this.#database.sql(TABLE).orderBy('id', 'desc').limit(limit);
    if (before !== undefined) query.where('id', '<', idToBytes(before));
    return (await query).map(toOperation);
  }

  /** Whether one of this kind goes through the queue already. */
  async isUnderWay(kind: OperationKind, queue: string): Promise<boolean> {
    return (await this.#database.sql(TABLE).where({ kind, queue }).whereIn('state', ACTIVE).first('id')) !== undefined;
  }

  /** Whether the one that is to be alone there is not over, be it that it waits for somebody to decide. */
  async isOpen(alone: string): Promise<boolean> {
    return (await this.#database.sql(TABLE).where({ alone_in: alone }).first('id')) !== undefined;
  }

  /** When an operator last cancelled what nobody had asked for: letters of the queue that were dead by then are for an operator to send back. */
  async cancelledAt(queue: string): Promise<Date | undefined> {
    const [found]: { at: unknown }[] = await this.#database
      .sql(TABLE)
      .where({ queue, kind: 'redrive', operator: POSTERN, state: 'cancelled' })
      .max('ended_at as at');
    return toDate(found?.at) ?? undefined;
  }

  /** Ends those that began so long ago that their letters are past their time. */
  async endBefore(past: Date): Promise<void> {
    const rows: { id: Buffer }[] = await this.#database
      .sql(TABLE)
      .whereIn('state', OPEN)
      .where('created_at', '<', past)
      .select('id');
    for (const { id } of rows) {
      await this.#end(
        bytesToId(Buffer.from(id)),
        OPEN,
        'cancelled',
        'nobody decided, and its letters are past their time',
      );
    }
  }

  /** Cancels one or has it go on, with its entry in the audit. False: it could not be; `DECISIONS` says why. */
  async decide(id: string, decision: OperationDecision, by: string): Promise<boolean> {
    const did = await (decision === 'cancel' ? this.cancel(id, by) : this.goOn(id, by));
    const act = { operator: by, action: `operations.${decision}`, target: id };
    await this.#audit.record(act, did ? 'done' : 'refused', did ? '' : DECISIONS[decision]);
    return did;
  }

  /** Ends one that is not over; what it has done stays done. False: it was over. */
  async cancel(id: string, by: string): Promise<boolean> {
    if (!(await this.#end(id, OPEN, 'cancelled', `cancelled by ${by}`))) return false;
    const ended = await this.find(id);
    if (ended && ended.kind !== 'survey') await this.clearCopies(ended.queue, ended.done);
    return true;
  }

  /** Begins a pass through a queue, unless one is under way. Returns its id. */
  async beginSurvey(asked: { queue: string; operator: string; total: number }): Promise<string | undefined> {
    const { queue, operator, total } = asked;
    if (await this.isUnderWay('survey', queue)) return undefined;
    const act = { operator, action: 'dead-letters.survey', target: queue, kind: 'survey' as const, queue };
    // Two would hold letters that the other waits for, and neither would be a whole one.
    const pass = { filter: {}, words: 'going through the queue', total, alone: `survey ${queue}` };
    return this.begin(act, pass).catch((error: unknown) => {
      if (error instanceof OperationUnderWayError) return undefined;
      throw error;
    });
  }

  /** SQS still has what was acted on: a pass through the queue deletes it. */
  async clearCopies(queue: string, acted: number): Promise<void> {
    if (acted > 0) await this.beginSurvey({ queue, operator: POSTERN, total: acted });
  }

  /** Has one that was stopped go on with the letters that are left. False: it does not wait for that. */
  async goOn(id: string, by: string): Promise<boolean> {
    const change = { state: 'running', canary_passed: true, note: `gone on by ${by}`, holder: null, held_until: null };
    return (
      (await this.#database
        .sql(TABLE)
        .where({ id: idToBytes(id), state: 'stopped' })
        .update(change)) > 0
    );
  }

  /** Those of these queues that nobody works on, or whose worker has died, or that are this holder's already. */
  async free(holder: Buffer, queues: readonly string[]): Promise<string[]> {
    const rows: { id: Buffer }[] = await this.#free(holder)
      .whereIn('queue', [...queues])
      // Those that wait for something are looked at in turns: they must not hold up the others.
      .orderBy(['held_until', 'id'])
      .limit(AT_ONCE)
      .select('id');
    return rows.map(({ id }) => bytesToId(Buffer.from(id)));
  }

  /** Makes one of them this holder's until `until`; undefined when another replica was faster. */
  async claim(id: string, holder: Buffer, until: Date): Promise<Operation | undefined> {
    const held = await this.#free(holder)
      .where({ id: idToBytes(id) })
      .update({ holder, held_until: until });
    return held > 0 ? this.find(id) : undefined;
  }

  #free(holder: Buffer) {
    const now = this.#database.clock.now();
    return this.#database
      .sql(TABLE)
      .whereIn('state', ACTIVE)
      .whereNull('ended_at')
      .where((any) => any.whereNull('held_until').orWhere('held_until', '<', now).orWhere({ holder }));
  }

  /** The operation as it is now, locked; undefined when it is another's, was cancelled or is over. */
  async lock(tx: Transaction, id: string, holder: Buffer): Promise<Operation | undefined> {
    const query = tx
      .sql(TABLE)
      .where({ id: idToBytes(id), holder })
      .whereIn('state', ACTIVE);
    const row = await (tx.dialect === 'mysql' ? query.forUpdate() : query).first();
    return row && toOperation(row);
  }

  /** Writes down how far it is, in the transaction of what was done. */
  async advance(tx: Transaction, id: string, change: Record<string, unknown>): Promise<void> {
    await tx
      .sql(TABLE)
      .where({ id: idToBytes(id) })
      .update(change);
  }

  /** Gives it back, so that another replica need not wait for the lease to end. */
  async release(holder: Buffer): Promise<void> {
    await this.#database.sql(TABLE).where({ holder }).update({ holder: null, held_until: null });
  }

  async progress(id: string, detail: string): Promise<void> {
    await this.#audit.progress(id, detail);
  }

  /** What waits for an operator: its entry in the audit stays open. */
  async stop(id: string, note: string): Promise<void> {
    await this.#database
      .sql(TABLE)
      .where({ id: idToBytes(id) })
      .whereIn('state', ACTIVE)
      .update({ state: 'stopped', note: note.slice(0, 500) });
    await this.#audit.progress(id, note);
  }

  async finish(id: string, state: 'done' | 'failed', detail: string): Promise<void> {
    await this.#end(id, ACTIVE, state, detail);
  }

  async #end(id: string, from: readonly OperationState[], state: OperationState, note: string): Promise<boolean> {
    const ended_at = this.#database.clock.now();
    const over = { filter: '', alone_in: null, holder: null, held_until: null };
    const change = { ...over, state, note: note.slice(0, 500), ended_at };
    const ended = await this.#database
      .sql(TABLE)
      .where({ id: idToBytes(id) })
      .whereIn('state', from)
      .update(change);
    if (ended > 0) await this.#audit.end(id, state === 'done' ? 'done' : 'failed', note);
    return ended > 0;
  }
}
