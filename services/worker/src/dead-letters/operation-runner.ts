import { setTimeout as sleep } from 'node:timers/promises';
import type { Outbox } from '@postern/durable';
import { isForeign } from '@postern/events';
import { type Database, errorMessage, type Logger, newId, RecurringWarnings } from '@postern/runtime';
import type { DeadLetters } from '@postern/sqs';
import type { Pauses } from '../pauses/pauses.ts';
import type { Canary } from './canary.ts';
import type { LetterRegister } from './letter-register.ts';
import { takeStep } from './letter-step.ts';
import type { Operation } from './operation-row.ts';
import { CANARY, type Operations } from './operations.ts';
import { QueueSurvey } from './queue-survey.ts';

/** How often a replica looks for work, in milliseconds. */
const TICK_MS = 1_000;
/** After that another replica takes over, in milliseconds. Each step prolongs it; the longest is a pass through a queue, which prolongs it as it goes. */
const LEASE_MS = 15_000;
/** How long a stop waits, in milliseconds: handlers, which need the grace period, stop after it. */
const STOP_MS = 1_000;
/** How long the first ones may take to pass or die, in milliseconds; then an operator decides. */
export const CANARY_MS = 300_000;
/** Of providers' notices nothing is on record: the first ones have passed when none has died again for so long. One waits 15 s at most for its mail. */
const UNRECORDED_MS = 60_000;
/** Messages that may wait in the outbox before more are added. */
const MAX_WAITING = 2_000;
/** Of what was sent, the share that may die again before the rest stays. */
const MAX_DEAD_SHARE = 0.1;

export interface OperationRunnerParts {
  database: Database;
  logger: Logger;
  operations: Operations;
  register: LetterRegister;
  canary: Canary;
  outbox: Outbox;
  pauses: Pick<Pauses, 'list'>;
}

/**
 * Works on operations, one step a transaction. A worker that is killed leaves whole steps; another one goes on after the lease, and no
 * letter is acted on twice.
 */
export class OperationRunner {
  readonly #parts: OperationRunnerParts;
  readonly #letters: DeadLetters;
  readonly #survey: QueueSurvey;
  readonly #warnings: RecurringWarnings;
  readonly #holder = Buffer.from(newId().replaceAll('-', ''), 'hex');
  readonly #stopped = new AbortController();
  #loop: Promise<void> | undefined;
  /** Passes that are under way, by their queue. */
  readonly #surveys = new Map<string, Promise<void>>();

  constructor(parts: OperationRunnerParts, letters: DeadLetters) {
    this.#parts = parts;
    this.#letters = letters;
    this.#survey = new QueueSurvey(parts, letters);
    this.#warnings = new RecurringWarnings({ logger: parts.logger, clock: parts.database.clock });
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
    await Promise.all(this.#surveys.values());
    await this.#parts.operations.release(this.#holder).catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    const { database } = this.#parts;
    while (!signal.aborted) {
      const worked = await this.tick().catch((error: unknown) => {
        this.#warnings.warn('tick', 'operations cannot be worked on at the moment', { error });
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
    const { operations } = this.#parts;
    const { id, kind, state, words, filter } = operation;
    try {
      if (!filter) {
        await operations.finish(id, 'failed', `${words}: which letters are meant cannot be read from its row`);
        return true;
      }
      // It may take minutes, and nobody else's letters wait for it.
      if (kind === 'survey') return this.#beginSurvey(operation);
      if (kind === 'redrive' && (await this.#waitsForPause(operation))) return false;
      if (state === 'canary') return await this.#judge(operation);
      return await this.#step(operation);
    } catch (error) {
      this.#warnings.warn(id, 'a step of an operation failed; it is tried again', { operation: id, error });
      await operations.progress(id, `${words}: ${errorMessage(error)}; tried again`);
      return false;
    }
  }

  /** Beside those of other queues: one may wait for many minutes for letters that others hold. */
  #beginSurvey(operation: Operation): boolean {
    const { id, queue } = operation;
    // Each would hold letters that the other waits for, and neither would be a whole one.
    if (this.#surveys.has(queue)) return false;
    const surveying = this.#survey
      .run(operation, (looked) => this.#change(id, { done: looked }), this.#stopped.signal)
      .catch((error: unknown) =>
        this.#warnings.warn(id, 'a queue of dead letters could not be gone through; it is tried again', {
          ...{ operation: id, error },
        }),
      )
      .finally(() => void this.#surveys.delete(queue));
    this.#surveys.set(queue, surveying);
    return false;
  }

  /** What is sent back to a paused queue, or to a paused handler, passes when it is resumed: until then nothing is to be judged. */
  async #waitsForPause({ id, queue, state, words }: Operation): Promise<boolean> {
    const { database, operations, pauses } = this.#parts;
    const paused = (await pauses.list()).filter((pause) => pause.queue === queue);
    if (!paused.some(({ handler }) => handler === '' || state === 'canary')) return false;
    if (state === 'canary') await this.#change(id, { canary_at: database.clock.now() });
    await operations.progress(id, `${words}: goes on when what is paused of ${queue} is resumed`);
    return true;
  }

  async #step({ id, kind }: Operation): Promise<boolean> {
    const { operations, outbox, logger } = this.#parts;
    if (kind === 'redrive' && (await outbox.due()) >= MAX_WAITING) return false;
    const result = await takeStep(this.#parts, id, { holder: this.#holder, until: this.#leaseEnd() });
    if (!result) return false;
    const { operation, isOver, waits } = result;
    const words = `${operation.words}: ${wordsOfProgress(operation)}`;
    if (!isOver) {
      await operations.progress(id, `${words} of about ${operation.total}`);
      return (await this.#fallsBack(operation)) && !waits;
    }
    await this.#finish(operation, words);
    logger.info('an operation ended', { operation: id, operator: operation.operator, result: words });
    return true;
  }

  /** Whether it may go on: not when what was sent dies again. */
  async #fallsBack(operation: Operation): Promise<boolean> {
    if (operation.kind !== 'redrive') return true;
    const { done } = operation;
    const died = await this.#parts.canary.diedAgain(operation);
    if (died.all <= Math.max(CANARY, done * MAX_DEAD_SHARE)) return true;
    const why = `${died.all} of ${done} died again; the others stay where they are`;
    await this.#stop(operation, why, { isFailure: died.unknown < died.all });
    return true;
  }

  async #judge(operation: Operation): Promise<boolean> {
    const { id, queue, words, canaryAt, done } = operation;
    const { database, operations, canary } = this.#parts;
    const waitedMs = canaryAt ? database.clock.now().getTime() - canaryAt.getTime() : 0;
    const died = await canary.diedAgain(operation);
    if (died.all > 0) {
      const why = `${died.all} of the first ${done} died again; the others stay where they are`;
      await this.#stop(operation, why, { isFailure: died.unknown < died.all });
      return true;
    }
    const passed = isForeign(queue) && waitedMs > UNRECORDED_MS ? done : await canary.passed(operation);
    if (passed >= done) return this.#change(id, { state: 'running', canary_passed: true });
    if (waitedMs > CANARY_MS) {
      const minutes = CANARY_MS / 60_000;
      const why = `of the first ${done}, ${done - passed} have neither succeeded nor died in ${minutes} minutes`;
      await this.#stop(operation, why, { isFailure: false });
      return true;
    }
    await operations.progress(id, `${words}: the first ${done} went ahead, ${passed} of them have passed so far`);
    return false;
  }

  /**
   * An operator decides how it goes on. What nobody asked for ends where nothing has failed: an old release has taken its letters once more, and
   * the next look begins anew.
   */
  async #stop(operation: Operation, why: string, { isFailure }: { isFailure: boolean }): Promise<void> {
    const detail = `${operation.words}: ${why}`;
    if (operation.automatic && !isFailure) return this.#finish(operation, detail);
    await this.#parts.operations.clearCopies(operation.queue, operation.done);
    await this.#parts.operations.stop(operation.id, detail);
  }

  /** The copies first: whoever is killed in between does both once more. */
  async #finish({ id, queue, done }: Operation, detail: string): Promise<void> {
    await this.#parts.operations.clearCopies(queue, done);
    await this.#parts.operations.finish(id, 'done', detail);
  }

  /** Writes down how far it is, and prolongs the lease. False: it was cancelled, or is another replica's by now. */
  async #change(id: string, change: Record<string, unknown>): Promise<boolean> {
    const { database, operations } = this.#parts;
    return database.transaction(async (tx) => {
      const operation = await operations.lock(tx, id, this.#holder);
      if (operation) await operations.advance(tx, id, { ...change, held_until: this.#leaseEnd() });
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
