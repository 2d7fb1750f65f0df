import type { LinkPurpose } from '@postern/events';
import { bytesToId, type Database, MemoryLogger, openDatabase } from '@postern/runtime';
import { DatabaseCopy } from './database-copy.ts';

/** Of the gateway and of the worker, on the server of an experiment. */
const NAMES = { gateway: 'proof', worker: 'proof_worker' } as const;

/** A mail whose fate was lost as often as its policy allows: nothing more is done for it. No state of the ledger's own. */
export const GIVEN_UP = 'given up';

/** A look may take: past millions of deleted rows that the server has yet to purge. */
const LOOK_MS = 120_000;

/** The databases of both services, looked at past every proxy. */
export class ServiceDatabases {
  readonly #server: string;
  readonly #open: Record<keyof typeof NAMES, Database>;

  /** @param server its URL, as an administrator */
  constructor(server: string) {
    this.#server = server;
    const options = { logger: new MemoryLogger(), poolSize: 2, timeoutMs: LOOK_MS };
    const open = (name: string) => openDatabase(`${server}/${name}`, options);
    this.#open = { gateway: open(NAMES.gateway), worker: open(NAMES.worker) };
  }

  /** Makes both, each with a user that has no rights in the other. */
  async create(): Promise<void> {
    const admin = openDatabase(`${this.#server}/information_schema`, { logger: new MemoryLogger(), poolSize: 1 });
    try {
      for (const [user, name] of Object.entries(NAMES)) {
        await admin.sql.raw(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
        // An administrator may write on a read-only server; services are none.
        await admin.sql.raw(`GRANT ALL ON ${name}.* TO ${user}@'127.0.0.1' IDENTIFIED BY 'proof'`);
      }
    } finally {
      await admin.close();
    }
  }

  /** A copy of one as it is now, to set it back to. */
  copy(service: keyof typeof NAMES): Promise<DatabaseCopy> {
    return DatabaseCopy.make(this.#server, NAMES[service]);
  }

  /** A statement for the server, as its administrator. What it answers with. */
  async administer(statement: string): Promise<Record<string, unknown>[]> {
    const [rows] = await this.#open.gateway.sql.raw(statement);
    return rows;
  }

  /** Messages of which the gateways' outbox is not rid yet. */
  outbox(): Promise<number> {
    return rowsInOutbox(this.#open.gateway);
  }

  /** The ids of their rows. */
  async outboxIds(): Promise<number[]> {
    const rows: { id: number }[] = await this.#open.gateway.sql('outbox').select('id');
    return rows.map(({ id }) => id);
  }

  /** How many of these rows are still there. */
  async stillInOutbox(ids: readonly number[]): Promise<number> {
    const rows: { n: number }[] = await this.#open.gateway
      .sql('outbox')
      .whereIn('id', [...ids])
      .count({ n: '*' });
    return Number(rows[0]?.n);
  }

  /** Messages of which neither service's outbox is rid yet. */
  async outboxes(): Promise<number> {
    return (await rowsInOutbox(this.#open.gateway)) + (await rowsInOutbox(this.#open.worker));
  }

  /** Addresses with a sign-up of theirs, as often as there is one. */
  async signUps(): Promise<string[]> {
    const rows: { email: string }[] = await this.#open.gateway.sql('sign_ups').select('email');
    return rows.map(({ email }) => email);
  }

  /** The id of the newest link that was issued to an address, for a sign-up or an account. @throws Error where there is none */
  async newestLink(address: string, purpose: LinkPurpose): Promise<string> {
    const { sql } = this.#open.gateway;
    const owners = (table: string) => sql(table).where({ email: address }).select('id');
    const row: { id: Buffer } | undefined = await sql('link_tokens')
      .where({ purpose })
      .where((owned) => owned.whereIn('user_id', owners('users')).orWhereIn('user_id', owners('sign_ups')))
      .orderBy('created_at', 'desc')
      .first('id');
    if (!row) throw new Error(`${address} was issued no link to ${purpose}`);
    return bytesToId(row.id);
  }

  /** Mails by their state in the ledger. */
  async mails(): Promise<Record<string, number>> {
    const { sql } = this.#open.worker;
    const state = sql.raw("IF(state = 'unknown' AND due_at IS NULL, ?, state)", [GIVEN_UP]);
    const states: { found: string; n: number }[] = await sql('mails')
      .select({ found: state })
      .count({ n: '*' })
      .groupBy('found');
    return Object.fromEntries(states.map(({ found, n }) => [found, Number(n)]));
  }

  /** Mails by how many bodies of theirs were begun: one, and one more for each sender that died or lost its connection in the middle. */
  async bodies(): Promise<Map<number, number>> {
    const { sql } = this.#open.worker;
    const counts: { unknowns: number; n: number }[] = await sql('mails')
      .select('unknowns')
      .count({ n: '*' })
      .groupBy('unknowns');
    return new Map(counts.map(({ unknowns, n }) => [unknowns, Number(n)]));
  }

  /** What each mail ended in that nobody took, and why, as its history has it. */
  async failures(): Promise<{ state: 'failed' | 'bounced'; reason: string }[]> {
    const { sql } = this.#open.worker;
    return sql('mail_changes').whereIn('state', ['failed', 'bounced']).select('state', 'reason');
  }

  /** How many of these mails are on record as accepted, by their Message-ID, which is the ledger's id of each. */
  async accepted(messageIds: ReadonlySet<string>): Promise<number> {
    const ids = [...messageIds].map((messageId) => Buffer.from(messageId.slice(1, 33), 'hex'));
    const [row] = await this.#open.worker
      .sql('mails')
      .where({ state: 'accepted' })
      .whereIn('id', ids)
      .count({ n: '*' });
    return Number(row?.n);
  }

  /** Mails that no server has accepted. */
  async openMails(): Promise<number> {
    const open = Object.entries(await this.mails()).filter(([state]) => state !== 'accepted');
    return open.reduce((sum, [, count]) => sum + count, 0);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#open).map((database) => database.close()));
  }
}

async function rowsInOutbox({ sql }: Database): Promise<number> {
  const rows: { n: number }[] = await sql('outbox').count({ n: '*' });
  return Number(rows[0]?.n);
}

/** The URL by which a service reaches its own. */
export function asService(server: string, service: keyof typeof NAMES): string {
  const url = new URL(`/${NAMES[service]}`, server);
  [url.username, url.password] = [service, 'proof'];
  return url.href;
}
