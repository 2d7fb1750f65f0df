import type { Clock, Database } from '@postern/runtime';

/** Who wants no more of which mail. Only mails that are not transactional are asked about; recipients are hashes. */
export class OptOuts {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Does no harm when it is known already. */
  async add(recipientHash: Buffer, mail: string): Promise<void> {
    const row = { recipient_hash: recipientHash, mail, at: this.#clock.now() };
    await this.#database.sql('mail_opt_outs').insert(row).onConflict(['recipient_hash', 'mail']).ignore();
  }

  async has(recipientHash: Buffer, mail: string): Promise<boolean> {
    const row = { recipient_hash: recipientHash, mail };
    return (await this.#database.sql('mail_opt_outs').where(row).first('at')) !== undefined;
  }
}
