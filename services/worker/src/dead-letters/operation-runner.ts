import { setTimeout as sleep } from 'node:timers/promises';
import { fitting, type Outbox } from '@postern/durable';
import { type Database, errorMessage, forUpdateSkipLocked, idToBytes, type Logger, newId } from '@postern/runtime';
import type { DeadLetters, OutgoingMessage } from '@postern/sqs';
import type { Canary } from './canary.ts';
import { checkOwnSignature } from './check-own-signature.ts';
import { applyFilter } from './letter-filter.ts';
import type { LetterRegister } from './letter-register.ts';
import { fromRow, type LetterRow } from './letter-row.ts';
import type { Operation, Operations } from './operations.ts';
import { toOutgoing } from './to-outgoing.ts';

/** How often a replica looks for work, in milliseconds. */
const TICK_MS = 1_000;
/** After that another replica takes over, in milliseconds. Each step prolongs it; the longest is a pass through a queue, which prolongs it as it goes. */
const LEASE_MS = 15_000;
const STEP = 100;
/** How long a stop waits, in milliseconds: handlers, which need the grace period, stop after it. */
const STOP_MS = 1_000;
/** The first letters to go: those behind them wait until these have passed. */
export const CANARY = 10;
/** How long the first ones may take to pass or die, in milliseconds; then an operator decides. */
export const CANARY_MS = 300_000;
/** Messages that may wait in the outbox before more are added. */
const MOST_WAITING = 2_000;
/** Of what was sent, the share that may die again before the rest stays. */
const MOST_DEAD_SHARE = 0.1;

export interface OperationRunnerParts {
  database: Database;
  logger: Logger;
  operations: Operations;
  register: LetterRegister;
  canary: Canary;
  outbox: Outbox;
}

/**
 * Works on operations, one step a transaction: what a step decides about letters, the messages it stores in the outbox, and how far the
 * operation is, are committed together. A worker that is killed leaves whole steps; another one goes on after the lease, and no letter is
 * acted on twice.
 */
export class OperationRunner {
  readonly #parts: OperationRunnerParts;
  readonly #letters: DeadLetters;
  readonly #holder = Buffer.from(newId().replaceAll('-', ''), 'hex');
  readonly #stopped = new AbortController();
  #loop: Promise<void> | undefined;
  #surveying: Promise<void> | undefined;

  constructor(parts: OperationRunnerParts, letters: DeadLetters) {
    this.#parts = parts;
    this.#letters = letters;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /**
   * Ends after the step under way; what is left is another replica's at once. A pass that has minutes of letters to give back is left behind:
   * they show again by themselves, and its operation when its lease ends.
   */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.race([this.#end(), sleep(STOP_MS, undefined, { ref: false })]);
  }

  async #end(): Promise<void> {
    await this.#loop;
    await this.#surveying;
    await this.#parts.operations.release(this.#holder).catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    const { database, logger } = this.#parts;
    while (!signal.aborted) {
      const worked = await this.tick().catch((error: unknown) => {
        logger.warn('operations cannot be worked on at the moment', { error });
        return false;
      });
      if (!worked) await database.clock.sleep(TICK_MS, signal).catch(() => undefined);
    }
  }

  /** Takes one step of each operation that is to be worked on. False: there is nothing to do at the moment. */
  async tick(): Promise<boolean> {
    const { operations } = this.#parts;
    let worked = false;
    for (const id of await operations.free(this.#holder, this.#letters.queues)) {
      if (this.#stopped.signal.aborted) break;
      const operation = await operations.claim(id, this.#holder, this.#leaseEnd());
      if (operation && (await this.#work(operation))) worked = true;
    }
    return worked;
  }

  async #work(operation: Operation): Promise<boolean> {
    const { operations, logger } = this.#parts;
    try {
      // It may take minutes, and nobody else's letters wait for it.
      if (operation.kind === 'survey') return this.#beginSurvey(operation);
      if (operation.state === 'canary') return await this.#judge(operation);
      return await this.#step(operation);
    } catch (error) {
      logger.error('a step of an operation failed; it is tried again', { operation: operation.id, error });
      await operations.progress(operation.id, `${operation.words}: ${errorMessage(error)}; tried again`);
      return false;
    }
  }

  #beginSurvey(operation: Operation): boolean {
    const { logger } = this.#parts;
    this.#surveying ??= this.#survey(operation)
      .catch((error: unknown) =>
        logger.error('a queue of dead letters could not be gone through; it is tried again', {
          operation: operation.id,
          error,
        }),
      )
      .finally(() => {
        this.#surveying = undefined;
      });
    return false;
  }

  async #step({ id }: Operation): Promise<boolean> {
    const { database, operations, outbox } = this.#parts;
    const waiting = await outbox.due();
    const result = await database.transaction(async (tx) => {
      const operation = await operations.lock(tx, id, this.#holder);
      if (!operation) return undefined;
      const { queue, filter, kind, createdAt, total, canaryPassed, done } = operation;
      const first = kind === 'redrive' && !canaryPassed && total > CANARY;
      if (kind === 'redrive' && waiting >= MOST_WAITING) return { operation, taken: -1 };
      const query = applyFilter(tx.sql('dead_letters'), queue, filter)
        .where('died_at', '<=', createdAt)
        .where((any) => any.whereNull('operation_id').orWhereNot({ operation_id: idToBytes(id) }))
        .orderBy(['died_at', 'id'])
        .limit(first ? CANARY : STEP)
        .select('id', tx.sql.raw('LENGTH(letter) AS size'));
      const found: { id: Buffer; size: number }[] = await forUpdateSkipLocked(query, tx.dialect);
      const ids = fitting(found, ({ size }) => size).map((letter) => letter.id);
      const rows: LetterRow[] = await tx.sql('dead_letters').whereIn('id', ids).orderBy(['died_at', 'id']);
      const now = database.clock.now();
      const messages: OutgoingMessage[] = [];
      const [acted, refused]: [Buffer[], Buffer[]] = [[], []];
      for (const row of rows) {
        try {
          if (kind === 'redrive') {
            const sent = toOutgoing(fromRow(row));
            for (const message of sent) {
              checkOwnSignature(message.body, now);
              outbox.check(queue, message);
            }
            messages.push(...sent);
          }
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
      const advanced = { done: done + acted.length, failed: operation.failed + refused.length };
      const canary = first && acted.length > 0 ? { state: 'canary', canary_at: now } : {};
      await operations.advance(tx, id, { ...advanced, ...canary, held_until: this.#leaseEnd() });
      return { operation: { ...operation, ...advanced }, taken: rows.length };
    });
    if (!result) return false;
    const { operation, taken } = result;
    const words = `${operation.words}: ${wordsOfProgress(operation)}`;
    if (taken < 0) return false;
    if (taken > 0) {
      await operations.progress(id, `${words} of about ${operation.total}`);
      return this.#fallsBack(operation);
    }
    await operations.finish(id, 'done', words);
    await this.#clearCopies(operation);
    this.#parts.logger.info('an operation ended', { operation: id, operator: operation.operator, result: words });
    return true;
  }

  /** Whether it may go on: not when what was sent dies again. */
  async #fallsBack(operation: Operation): Promise<boolean> {
    const { id, kind, done } = operation;
    if (kind !== 'redrive') return true;
    const died = await this.#parts.canary.diedAgain(id);
    if (died <= Math.max(CANARY, done * MOST_DEAD_SHARE)) return true;
    await this.#stop(operation, `${died} of ${done} died again; the others stay where they are`);
    return true;
  }

  async #judge(operation: Operation): Promise<boolean> {
    const { id, words, canaryAt, done } = operation;
    const { database, operations, canary } = this.#parts;
    const { passed, diedAgain } = await canary.judge(id);
    if (diedAgain > 0) {
      await this.#stop(operation, `${diedAgain} of the first ${done} died again; the others stay where they are`);
      return true;
    }
    if (passed >= done) {
      await database.transaction(async (tx) => {
        if (!(await operations.lock(tx, id, this.#holder))) return;
        await operations.advance(tx, id, { state: 'running', canary_passed: true });
      });
      return true;
    }
    if (canaryAt && database.clock.now().getTime() - canaryAt.getTime() > CANARY_MS) {
      const minutes = CANARY_MS / 60_000;
      const detail = `of the first ${done}, ${done - passed} have neither succeeded nor died in ${minutes} minutes`;
      await this.#stop(operation, detail);
      return true;
    }
    await operations.progress(id, `${words}: the first ${done} went ahead, ${passed} of them have passed so far`);
    return false;
  }

  async #survey({ id, queue, words }: Operation): Promise<void> {
    const { database, register, operations } = this.#parts;
    const since = database.clock.now();
    let looked = 0;
    let wroteAt = since.getTime();
    const lost = new AbortController();
    const signal = AbortSignal.any([this.#stopped.signal, lost.signal]);
    const pass = await this.#letters.pass(
      queue,
      async (some) => {
        const gone = await register.seen(queue, some);
        looked += some.length;
        const now = database.clock.now().getTime();
        if (now - wroteAt >= TICK_MS) {
          wroteAt = now;
          if (!(await this.#prolong(id, looked))) lost.abort();
        }
        return gone;
      },
      { signal },
    );
    // Broken off: another replica begins again, or nobody is to.
    if (signal.aborted) return;
    // What somebody else holds at the moment is not seen, and not gone.
    const forgotten = pass.looked >= pass.total ? await register.forgetUnseen(queue, since) : 0;
    const gone = forgotten > 0 ? `, ${forgotten} that are not there any more were forgotten` : '';
    const detail = `${words}: ${pass.looked} letters looked at, ${pass.removed} that were acted on deleted${gone}`;
    await operations.finish(id, 'done', detail);
  }

  /** An operator decides how it goes on. */
  async #stop(operation: Operation, why: string): Promise<void> {
    await this.#parts.operations.stop(operation.id, `${operation.words}: ${why}`);
    await this.#clearCopies(operation);
  }

  /** SQS still has what was acted on: a pass through the queue deletes it. */
  async #clearCopies({ queue, done }: Operation): Promise<void> {
    if (done > 0) await beginSurvey(this.#parts.operations, { queue, operator: 'postern', total: done });
  }

  /** False: it was cancelled, or is another replica's by now. */
  async #prolong(id: string, done: number): Promise<boolean> {
    const { database, operations } = this.#parts;
    return database.transaction(async (tx) => {
      const operation = await operations.lock(tx, id, this.#holder);
      if (operation) await operations.advance(tx, id, { done, held_until: this.#leaseEnd() });
      return operation !== undefined;
    });
  }

  #leaseEnd(): Date {
    return new Date(this.#parts.database.clock.now().getTime() + LEASE_MS);
  }
}

function wordsOfProgress({ kind, done, failed }: Operation): string {
  const did = kind === 'redrive' ? `${done} sent back` : `${done} discarded`;
  return failed > 0 ? `${did}; ${failed} stay, as they cannot be sent` : did;
}

/** Begins a pass through a queue, unless one is under way. Returns its id. */
export async function beginSurvey(
  operations: Operations,
  { queue, operator, total }: { queue: string; operator: string; total: number },
): Promise<string | undefined> {
  if (await operations.isUnderWay('survey', queue)) return undefined;
  const act = { operator, action: 'dead-letters.survey', target: queue, kind: 'survey' as const, queue };
  return operations.begin(act, { filter: {}, words: 'going through the queue', total });
}
