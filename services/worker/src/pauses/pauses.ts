import { Columns, column, type Database, isDataError, newId, plainText } from '@postern/runtime';
import type { Pausable } from './pausable.ts';

/** The longest reason, in characters. */
export const MAX_REASON = 300;

export interface Pause extends Pausable {
  id: string;
  by: string;
  reason: string;
  at: Date;
}

const columns = new Columns<Pause>({
  queue: column.value('queue'),
  handler: column.value('handler'),
  id: column.id('id'),
  by: column.value('paused_by'),
  reason: column.value('reason'),
  at: column.time('paused_at'),
});

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
    return (await this.#database.sql('pauses').orderBy(['paused_at', 'queue', 'handler'])).map(columns.read);
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
      const wanted = { ...keyOf(target), id, by, reason, at: this.#database.clock.now() };
      const pause = await this.#insert(wanted).catch((error: unknown) => {
        if (!isDataError(error)) throw error;
        return this.#insert({ ...wanted, reason: plainText(reason) });
      });
      if (pause) return { pause, began: pause.id === id };
      // The other's was resumed between the two statements.
    }
    throw new Error('it is being paused and resumed by others at the same time: see what is in force, and try again');
  }

  #insert(pause: Pause): Promise<Pause | undefined> {
    return this.#database.transaction(async ({ sql }) => {
      const inForce = () => sql('pauses').where(keyOf(pause)).first();
      // Before: an insert that finds one locks it, and deadlocks with whoever ends it.
      const found = await inForce();
      if (found) return columns.read(found);
      await sql('pauses').insert(columns.store(pause)).onConflict(['queue', 'handler']).ignore();
      const row = await inForce();
      return row && columns.read(row);
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
      const found = await sql('pauses').where(keyOf(target)).first();
      if (!found) return undefined;
      const pause = columns.read(found);
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
