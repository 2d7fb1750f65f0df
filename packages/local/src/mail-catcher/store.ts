import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SearchClause } from './search.ts';

/** What a list shows of a mail; the names are Mailpit's. */
export interface MessageSummary {
  ID: string;
  MessageID: string;
  Read: boolean;
  From: MailAddress;
  To: MailAddress[];
  Cc: MailAddress[];
  Bcc: MailAddress[];
  ReplyTo: MailAddress[];
  Subject: string;
  Created: string;
  Username: string;
  Tags: string[];
  Size: number;
  Attachments: number;
  Snippet: string;
}

export interface MailAddress {
  Name: string;
  Address: string;
}

/** Columns a search may look into. */
export type SearchColumn = 'sender' | 'recipients' | 'cc' | 'bcc' | 'reply_to' | 'subject' | 'message_id' | 'body';

interface Row {
  id: string;
  created: number;
  subject: string;
  summary: string;
  read: number;
}

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    read INTEGER NOT NULL DEFAULT 0,
    attachments INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    cc TEXT NOT NULL,
    bcc TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    summary TEXT NOT NULL,
    raw BLOB NOT NULL
  ) STRICT;`;

/**
 * Mails in one SQLite file, so that they outlive a restart. The newest `keep` stay: a load test must not fill a disk.
 */
export class InboxStore {
  readonly #db: DatabaseSync;
  readonly #keep: number;
  readonly #statements = new Map<string, StatementSync>();

  /** @param path file name, or `:memory:` */
  constructor(path: string, keep = 20_000) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(schema);
    this.#keep = keep;
  }

  add(summary: MessageSummary, body: string, raw: Buffer): void {
    const addresses = (list: MailAddress[]) => list.map((it) => `${it.Name} <${it.Address}>`).join(', ');
    const added = this.#prepare(
      `INSERT INTO messages (id, created, attachments, message_id, sender, recipients, cc, bcc, reply_to, subject,
        body, summary, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      summary.ID,
      Date.parse(summary.Created),
      summary.Attachments,
      summary.MessageID,
      addresses([summary.From]),
      addresses(summary.To),
      addresses(summary.Cc),
      addresses(summary.Bcc),
      addresses(summary.ReplyTo),
      summary.Subject,
      body,
      JSON.stringify(summary),
      raw,
    );
    this.#prepare('DELETE FROM messages WHERE sequence <= ?').run(Number(added.lastInsertRowid) - this.#keep);
  }

  /** Newest first. */
  list(start: number, limit: number, where: SearchClause = everything): MessageSummary[] {
    const rows = this.#prepare(
      `SELECT id, created, subject, summary, read FROM messages WHERE ${where.sql} ORDER BY sequence DESC LIMIT ? OFFSET ?`,
    ).all(...where.values, limit, start) as unknown as Row[];
    return rows.map(summaryOf);
  }

  count(where: SearchClause = everything): { total: number; unread: number } {
    const row = this.#prepare(
      `SELECT COUNT(*) AS total, COALESCE(SUM(read = 0), 0) AS unread FROM messages WHERE ${where.sql}`,
    ).get(...where.values);
    return { total: Number(row?.total), unread: Number(row?.unread) };
  }

  summary(id: string): MessageSummary | undefined {
    const row = this.#prepare('SELECT id, created, subject, summary, read FROM messages WHERE id = ?').get(
      id,
    ) as unknown as Row | undefined;
    return row && summaryOf(row);
  }

  raw(id: string): Buffer | undefined {
    const row = this.#prepare('SELECT raw FROM messages WHERE id = ?').get(id);
    return row && Buffer.from(row.raw as Uint8Array);
  }

  latestId(where: SearchClause = everything): string | undefined {
    return this.list(0, 1, where)[0]?.ID;
  }

  /** Marks mails as read or unread: those named, or all when none is. */
  mark(read: boolean, ids: string[]): void {
    this.#each('UPDATE messages SET read = ?', [read ? 1 : 0], ids);
  }

  /** Deletes mails: those named, or all when none is. */
  delete(ids: string[]): void {
    this.#each('DELETE FROM messages', [], ids);
  }

  deleteWhere(where: SearchClause): void {
    this.#prepare(`DELETE FROM messages WHERE ${where.sql}`).run(...where.values);
  }

  close(): void {
    this.#db.close();
  }

  #each(statement: string, values: SQLInputValue[], ids: string[]): void {
    if (ids.length === 0) this.#prepare(statement).run(...values);
    for (const id of ids) this.#prepare(`${statement} WHERE id = ?`).run(...values, id);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

const everything: SearchClause = { sql: '1 = 1', values: [] };

/** One whose text is damaged is shown by what else is known of it, and hides no other. */
function summaryOf({ id, created, subject, summary, read }: Row): MessageSummary {
  const nobody = { Name: '', Address: '' };
  const known = {
    ...{ ID: id, MessageID: '', From: nobody, To: [], Cc: [], Bcc: [], ReplyTo: [], Subject: subject },
    ...{ Created: new Date(created).toISOString(), Username: '', Tags: [], Size: 0, Attachments: 0 },
    Snippet: '(the summary of this mail is damaged; its source is not)',
  };
  const whole = readSummary(summary) ?? known;
  return { ...whole, Read: read === 1 };
}

function readSummary(text: string): MessageSummary | undefined {
  try {
    const summary: MessageSummary | null = JSON.parse(text);
    return summary?.From && Array.isArray(summary.To) ? summary : undefined;
  } catch {
    return undefined;
  }
}
