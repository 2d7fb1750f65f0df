import { bytesToId, type Database, idToBytes, isDataError, newId, plainText, toDate } from '@postern/runtime';
import type { Pausable } from './pausable.ts';

/** The longest reason, in characters. */
export const MAX_REASON = 300;

export interface Pause extends Pausable {
  id: string;
  by: string;
  reason: string;
  at: Date;
}

interface PauseRow {
  queue: string;
  handler: string;
  id: Buffer;
  paused_by: string;
  reason: string;
  paused_at: unknown;
}

/** How often two that pause and resume the same at once are sorted out. */
const ROUNDS = 10;

/** What is paused, on every replica: one row each in the worker's database, whose being there is the pause. `PauseWatch` has each replica obey. */
export class Pauses {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All of them, those that began first first. */
  async list(): Promise<Pause[]> {
    const rows = await this.#database.sql<PauseRow>('pauses').orderBy(['paused_at', 'queue', 'handler']);
    return rows.map(pauseOf);
  }

  /**
   * Pauses it. What is paused already stays so, with who did it, when and why: a second pause must not take the first one's reason away.
   *
   * @returns the pause that is in force, and whether this call began it
   */
  async pause(
    target: Pausable,
    { by, reason }: { by: string; reason: string },
  ): Promise<{ pause: Pause; began: boolean }> {
    const id = newId();
    for (let round = 0; round < ROUNDS; round++) {
      const row = { ...keyOf(target), id: idToBytes(id), paused_by: by, reason, paused_at: this.#database.clock.now() };
      const pause = await this.#insert(row).catch((error: unknown) => {
        if (!isDataError(error)) throw error;
        return this.#insert({ ...row, reason: plainText(reason) });
      });
      if (pause) return { pause: pauseOf(pause), began: bytesToId(Buffer.from(pause.id)) === id };
      // The other's was resumed between the two statements.
    }
    throw new Error('it is being paused and resumed by others at the same time: see what is in force, and try again');
  }

  #insert(row: Omit<PauseRow, 'paused_at'> & { paused_at: Date }): Promise<PauseRow | undefined> {
    return this.#database.transaction(async ({ sql }) => {
      await sql('pauses').insert(row).onConflict(['queue', 'handler']).ignore();
      return sql<PauseRow>('pauses').where(keyOf(row)).first();
    });
  }

  /**
   * Resumes it.
   *
   * @param id ends this pause and no later one
   * @returns the pause that it ended; undefined when there was none, or another one
   */
  async resume(target: Pausable, id?: string): Promise<Pause | undefined> {
    return this.#database.transaction(async ({ sql }) => {
      const found = await sql<PauseRow>('pauses').where(keyOf(target)).first();
      if (!found) return undefined;
      const pause = pauseOf(found);
      if (id !== undefined && pause.id !== id) return undefined;
      const ended = await sql('pauses')
        .where({ ...keyOf(target), id: found.id })
        .delete();
      return ended > 0 ? pause : undefined;
    });
  }
}

function keyOf({ queue, handler }: Pausable): Pausable {
  return { queue, handler };
}

function pauseOf({ queue, handler, id, paused_by, reason, paused_at }: PauseRow): Pause {
  return { queue, handler, id: bytesToId(Buffer.from(id)), by: paused_by, reason, at: toDate(paused_at) as Date };
}
