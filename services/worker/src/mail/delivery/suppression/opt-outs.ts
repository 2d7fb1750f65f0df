import { Columns, column, type Database } from '@postern/runtime';

export interface OptOut {
  mail: string;
  at: Date;
}

const optOuts = new Columns<OptOut>({ mail: column.value('mail'), at: column.time('at') });

/** When what a row says was wanted: each later wish moves it on, also one that changes nothing, so that one from before it cannot. */
const LAST_WANTED = 'COALESCE(taken_back_at, at)';

/**
 * Who wants no more of which mail. Only mails that are not transactional are asked about; recipients are hashes. Events are heard in any order,
 * and more than once: what was wanted last counts, so that a row stays when it is taken back.
 */
export class OptOuts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The recipient wants no more of the mail since then. */
  async add(recipient_hash: Buffer, mail: string, at: Date): Promise<void> {
    await this.#note({ recipient_hash, mail, at, taken_back_at: null });
    await this.#database
      .sql('mail_opt_outs')
      .where({ recipient_hash, mail })
      .whereRaw(`${LAST_WANTED} < ?`, [at])
      .update({ at, taken_back_at: null });
  }

  /** The recipient wants the mail again since then, whether or not it is known here yet that they had ended it. */
  async end(recipient_hash: Buffer, mail: string, at: Date): Promise<void> {
    await this.#note({ recipient_hash, mail, at, taken_back_at: at });
    await this.#database
      .sql('mail_opt_outs')
      .where({ recipient_hash, mail })
      .whereRaw(`${LAST_WANTED} <= ?`, [at])
      .update({ taken_back_at: at });
  }

  /** Takes back the unsubscription that there is, also one of a moment that this clock has yet to reach. False: there is none. */
  async takeBack(recipient_hash: Buffer, mail: string, now: Date): Promise<boolean> {
    const { sql } = this.#database;
    const changed: number = await sql('mail_opt_outs')
      .where({ recipient_hash, mail, taken_back_at: null })
      .update({ taken_back_at: sql.raw('CASE WHEN at > ? THEN at ELSE ? END', [now, now]) });
    return changed > 0;
  }

  async has(recipient_hash: Buffer, mail: string): Promise<boolean> {
    const row = { recipient_hash, mail, taken_back_at: null };
    return (await this.#database.sql('mail_opt_outs').where(row).first('at')) !== undefined;
  }

  /** The mails that a recipient has unsubscribed from. */
  async of(recipient_hash: Buffer): Promise<OptOut[]> {
    const rows = this.#database.sql('mail_opt_outs').where({ recipient_hash, taken_back_at: null }).orderBy('mail');
    return (await rows).map(optOuts.read);
  }

  async #note(row: object): Promise<void> {
    await this.#database.sql('mail_opt_outs').insert(row).onConflict(['recipient_hash', 'mail']).ignore();
  }
}
