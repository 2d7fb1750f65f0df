import {
  Columns,
  column,
  type Database,
  errorMessage,
  idToBytes,
  isDataError,
  newId,
  plainText,
} from '@postern/runtime';

/** `begun`: it is under way, or the process that did it ended before it did. */
export type AuditResult = 'begun' | 'done' | 'failed' | 'refused';

export interface AuditedAct {
  /** The operator's name; of whoever was refused, the name that was given. */
  operator: string;
  /** Such as `dead-letters.redrive`. */
  action: string;
  /** What it was done to: a queue, a mail's id. Never an address. */
  target: string;
}

export interface AuditEntry extends AuditedAct {
  id: string;
  result: AuditResult;
  /** What came of it, in words. */
  detail: string;
  at: Date;
  endedAt: Date | undefined;
}

const entries = new Columns<AuditEntry>({
  id: column.id('id'),
  operator: column.value('operator'),
  action: column.value('action'),
  target: column.value('target'),
  result: column.value('result'),
  detail: column.value('detail'),
  at: column.time('at'),
  endedAt: column.timeOrUndefined('ended_at'),
});

/** Who did what, on what, when, and what came of it. A row is there before the act begins, so that none happens without. */
export class OperatorAudit {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Records something that is over already. */
  async record(act: AuditedAct, result: Exclude<AuditResult, 'begun'>, detail: string): Promise<void> {
    const at = this.#database.clock.now();
    await this.#write(act, detail, (texts) =>
      this.#database.sql('operator_audit').insert({ id: idToBytes(newId()), ...texts, result, at, ended_at: at }),
    );
  }

  /** Records that something begins; returns the entry's id. */
  async begin(act: AuditedAct, detail: string): Promise<string> {
    const id = newId();
    const at = this.#database.clock.now();
    await this.#write(act, detail, (texts) =>
      this.#database.sql('operator_audit').insert({ id: idToBytes(id), ...texts, result: 'begun', at }),
    );
    return id;
  }

  /** How far it is; of what is over, what came of it stays. */
  async progress(id: string, detail: string): Promise<void> {
    await this.#update(id, { detail }, { result: 'begun' });
  }

  async end(id: string, result: Exclude<AuditResult, 'begun'>, detail: string): Promise<void> {
    await this.#update(id, { result, detail, ended_at: this.#database.clock.now() });
  }

  /** Does the act between its beginning and its end. @param why what the audit says of it; of one that fails, the error too */
  async around<Result>(act: AuditedAct, why: string, work: () => Promise<Result>): Promise<Result> {
    const entry = await this.begin(act, why);
    const result = await work().catch(async (error: unknown) => {
      await this.end(entry, 'failed', `${why}: ${errorMessage(error)}`);
      throw error;
    });
    await this.end(entry, 'done', why);
    return result;
  }

  async find(id: string): Promise<AuditEntry | undefined> {
    const row = await this.#database
      .sql('operator_audit')
      .where({ id: idToBytes(id) })
      .first();
    return row && entries.read(row);
  }

  /** The newest first, those before the entry `before`. */
  async list(query: {
    operator?: string | undefined;
    before?: string | undefined;
    limit: number;
  }): Promise<AuditEntry[]> {
    const rows = this.#database.sql('operator_audit').orderBy('id', 'desc').limit(query.limit);
    if (query.operator !== undefined) rows.where({ operator: query.operator });
    if (query.before !== undefined) rows.where('id', '<', idToBytes(query.before));
    return (await rows).map(entries.read);
  }

  async #update(
    id: string,
    change: { detail: string; result?: AuditResult; ended_at?: Date },
    only: { result?: AuditResult } = {},
  ): Promise<void> {
    const write = (detail: string) =>
      this.#database
        .sql('operator_audit')
        .where({ id: idToBytes(id), ...only })
        .update({ ...change, detail: detail.slice(0, 500) });
    try {
      await write(change.detail);
    } catch (error) {
      if (!isDataError(error)) throw error;
      await write(plainText(change.detail));
    }
  }

  /** What a column has no room or no letters for must not keep an act out of the audit. */
  async #write(act: AuditedAct, detail: string, insert: (texts: object) => PromiseLike<unknown>): Promise<void> {
    const texts = (as: (text: string) => string) => ({
      operator: as(act.operator).slice(0, 100),
      action: as(act.action).slice(0, 40),
      target: as(act.target).slice(0, 255),
      detail: as(detail).slice(0, 500),
    });
    try {
      await insert(texts((text) => text));
    } catch (error) {
      if (!isDataError(error)) throw error;
      await insert(texts(plainText));
    }
  }
}
