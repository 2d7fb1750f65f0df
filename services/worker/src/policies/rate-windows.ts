import { type Clock, type Database, toDate } from '@postern/runtime';

/** At most `max` mails a `windowMs`, all replicas together. */
export interface RateRule {
  max: number;
  windowMs: number;
}

/** Places taken from a window. None: it has nothing left to give. */
interface Claim {
  /** When the window began, in milliseconds since 1970. */
  start: number;
  places: number;
}

/** A claim takes this part of a window's places: fewer statements, at the price of some that are left unused. */
const SHARE = 20;

interface Row {
  window_started_at: string | number | Date;
  used: number;
}

/**
 * The windows of rate limits in the table `mail_rates`: a row a limit says what all replicas together have used. A row is
 * only changed as it was read (compare and set), so no lock is held, and both databases are spoken to alike.
 */
export class RateWindows {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * @param takenIn how many places this replica has taken before from the window that began then. It never takes more than
   *   `max` from one, whatever becomes of the row: clocks two windows apart reset it for each other, and it may be pruned
   */
  async claim(name: string, { max, windowMs }: RateRule, takenIn: (start: number) => number): Promise<Claim> {
    for (;;) {
      const now = this.#clock.now().getTime();
      const start = now - (now % windowMs);
      const taken = takenIn(start);
      const row: Row | undefined = await this.#rows().where({ name }).first('window_started_at', 'used');
      if (!row) {
        await this.#insert({ name, used: taken, ...times(start, windowMs) });
        continue;
      }
      const opened = (toDate(row.window_started_at) as Date).getTime();
      // A clock a little ahead may have begun the next window already: what it used counts. One that is far ahead must not
      // hold the limit until its time has come.
      const current = opened >= start && opened < start + 2 * windowMs;
      const used = current ? row.used : taken;
      const places = Math.max(0, Math.min(Math.ceil(max / SHARE), max - Math.max(used, taken)));
      if (places === 0) return { start, places };
      const changes = { used: used + places, ...times(current ? opened : start, windowMs) };
      const changed = await this.#rows()
        .where({ name, ...row })
        .update(changes);
      if (changed === 1) return { start, places };
    }
  }

  #rows() {
    return this.#database.sql('mail_rates');
  }

  async #insert(row: Record<string, unknown>): Promise<void> {
    await this.#rows().insert(row).onConflict('name').ignore();
  }
}

/** The end is written down because only the rule knows it, and pruning knows no rules. */
function times(start: number, windowMs: number) {
  return { window_started_at: new Date(start), window_ends_at: new Date(start + windowMs) };
}
