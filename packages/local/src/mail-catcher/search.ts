import type { SearchColumn } from './store.ts';

/** A condition on the table of mails. */
export interface SearchClause {
  sql: string;
  values: (string | number)[];
}

const prefixes: Record<string, SearchColumn[]> = {
  from: ['sender'],
  to: ['recipients'],
  cc: ['cc'],
  bcc: ['bcc'],
  'reply-to': ['reply_to'],
  addressed: ['sender', 'recipients', 'cc', 'bcc', 'reply_to'],
  subject: ['subject'],
  'message-id': ['message_id'],
};

const anywhere: SearchColumn[] = ['sender', 'recipients', 'cc', 'bcc', 'subject', 'body', 'message_id'];

/** A word, or words in quotes, with an optional `prefix:` and an optional `-` or `!` that turns it round. */
const term = /([-!]?)(?:([a-z-]+):)?(?:"([^"]*)"|(\S+))/gi;

/**
 * Understands the part of Mailpit's search language that finds a mail
 * (https://mailpit.axllent.org/docs/usage/search-filters/): words, "quoted words", `to:`, `from:`, `cc:`, `bcc:`,
 * `reply-to:`, `addressed:`, `subject:`, `message-id:`, `is:read`, `is:unread`, `has:attachment`, `after:`, `before:`,
 * and `-` or `!` before any of them. All have to hold. A prefix nobody knows is searched for as it is.
 */
export function parseSearch(query: string): SearchClause {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  for (const [whole, negation, prefixText, quoted, word] of query.matchAll(term)) {
    const prefix = prefixText?.toLowerCase();
    const text = quoted ?? word ?? '';
    if (text === '') continue;
    const clause = flag(prefix, text) ?? contains(prefix, text, whole.replace(/^[-!]/, ''));
    conditions.push(negation ? `NOT (${clause.sql})` : `(${clause.sql})`);
    values.push(...clause.values);
  }
  return { sql: conditions.join(' AND ') || '1 = 1', values };
}

function flag(prefix: string | undefined, text: string): SearchClause | undefined {
  const word = text.toLowerCase();
  if (prefix === 'is' && word === 'read') return { sql: 'read = 1', values: [] };
  if (prefix === 'is' && word === 'unread') return { sql: 'read = 0', values: [] };
  if (prefix === 'has' && word.startsWith('attachment')) return { sql: 'attachments > 0', values: [] };
  if (prefix === 'after' || prefix === 'before') {
    const time = Date.parse(text);
    if (Number.isNaN(time)) return undefined;
    return { sql: prefix === 'after' ? 'created >= ?' : 'created < ?', values: [time] };
  }
  return undefined;
}

function contains(prefix: string | undefined, text: string, whole: string): SearchClause {
  const known = prefix === undefined ? undefined : prefixes[prefix];
  const columns = known ?? anywhere;
  const wanted = known || prefix === undefined ? text : whole;
  const pattern = `%${wanted.replace(/[\\%_]/g, '\\$&')}%`;
  return {
    sql: columns.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR '),
    values: columns.map(() => pattern),
  };
}
