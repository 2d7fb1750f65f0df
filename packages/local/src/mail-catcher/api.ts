import { describe, headersOf, parseRaw } from './message.ts';
import { parseSearch, type SearchClause } from './search.ts';
import type { InboxStore } from './store.ts';

/** An answer of the inbox: JSON unless a content type says otherwise. */
export interface Answer {
  status: number;
  body: unknown;
  type?: string;
  headers?: Record<string, string>;
}

interface ApiRequest {
  method: string;
  url: URL;
  /** The body as parsed JSON; `undefined` when there is none. */
  json: unknown;
}

const ok: Answer = { status: 200, body: 'ok', type: 'text/plain' };
const notFound: Answer = { status: 404, body: 'no such mail', type: 'text/plain' };
const bad = (why: string): Answer => ({ status: 400, body: { Error: why } });

/**
 * The REST paths of Mailpit (https://mailpit.axllent.org/docs/api-v1/) that read and delete mails, with its field
 * names, so that one client reads the playground's inbox and the Mailpit of docker-compose.yml.
 * `undefined` means that the path is none of the API's.
 */
export async function answerApi(store: InboxStore, request: ApiRequest): Promise<Answer | undefined> {
  const path = request.url.pathname;
  if (path === '/api/v1/info') return info(store);
  if (path === '/api/v1/messages') return mailbox(store, request);
  if (path === '/api/v1/search') return search(store, request);
  const match = /^\/api\/v1\/message\/([A-Za-z0-9]+)(?:\/(headers|raw|part\/([^/]+)))?$/.exec(path);
  if (!match) return undefined;
  if (request.method !== 'GET') return methodNotAllowed('GET');
  return message(store, match[1] ?? '', match[2], match[3]);
}

function info(store: InboxStore): Answer {
  const { total, unread } = store.count();
  return { status: 200, body: { Version: 'postern-local', Messages: total, Unread: unread } };
}

function mailbox(store: InboxStore, request: ApiRequest): Answer {
  if (request.method === 'GET') return page(store, request.url);
  if (request.method === 'PUT') {
    const { Read, IDs, Search } = (request.json ?? {}) as { Read?: boolean; IDs?: unknown; Search?: string };
    const ids = Search ? store.list(0, -1, parseSearch(Search)).map((it) => it.ID) : readIds(IDs);
    if (ids === undefined) return bad('IDs has to be a list of strings');
    if (!Search || ids.length > 0) store.mark(Read === true, ids);
    return ok;
  }
  if (request.method === 'DELETE') {
    const ids = readIds((request.json as { IDs?: unknown } | undefined)?.IDs);
    if (ids === undefined) return bad('IDs has to be a list of strings');
    store.delete(ids);
    return ok;
  }
  return methodNotAllowed('GET, PUT, DELETE');
}

function search(store: InboxStore, request: ApiRequest): Answer {
  const query = request.url.searchParams.get('query')?.trim();
  if (!query) return bad('no search query');
  if (request.method === 'GET') return page(store, request.url, parseSearch(query));
  if (request.method !== 'DELETE') return methodNotAllowed('GET, DELETE');
  store.deleteWhere(parseSearch(query));
  return ok;
}

/** `start` (from 0) and `limit` (50 when absent) cut the list; `messages_count` counts all that match. */
function page(store: InboxStore, url: URL, where?: SearchClause): Answer {
  const start = readNumber(url, 'start', 0);
  const limit = readNumber(url, 'limit', 50);
  if (start === undefined || limit === undefined) return bad('start and limit have to be whole numbers from 0');
  const all = store.count();
  const found = where ? store.count(where) : all;
  const messages = store.list(start, limit, where);
  return {
    status: 200,
    body: {
      total: all.total,
      unread: all.unread,
      count: messages.length,
      messages_count: found.total,
      messages_unread: found.unread,
      start,
      tags: [],
      messages,
    },
  };
}

async function message(store: InboxStore, name: string, what?: string, partId?: string): Promise<Answer> {
  const id = name === 'latest' ? store.latestId() : name;
  const raw = id === undefined ? undefined : store.raw(id);
  const summary = id === undefined ? undefined : store.summary(id);
  if (id === undefined || raw === undefined || summary === undefined) return notFound;
  if (what === 'raw') return { status: 200, body: raw, type: 'text/plain; charset=utf-8' };
  const parsed = await parseRaw(raw);
  if (what === 'headers') return { status: 200, body: headersOf(parsed) };
  if (what !== undefined) {
    const part = parsed.attachments.find((it, index) => (it.partId ?? String(index + 1)) === partId);
    if (!part) return notFound;
    // A page out of a mail must not run on the inbox's own origin.
    const active = /html|xml|svg/i.test(part.contentType);
    return {
      status: 200,
      body: part.content,
      type: active ? 'application/octet-stream' : part.contentType,
      headers: {
        'content-disposition': `${active ? 'attachment' : 'inline'}; filename="${encodeURIComponent(part.filename ?? 'part')}"`,
      },
    };
  }
  store.mark(true, [id]);
  return { status: 200, body: describe(summary, parsed) };
}

function methodNotAllowed(allow: string): Answer {
  return { status: 405, body: { Error: `use ${allow}` }, headers: { allow } };
}

function readIds(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) && value.every((it): it is string => typeof it === 'string') ? value : undefined;
}

function readNumber(url: URL, name: string, fallback: number): number | undefined {
  const text = url.searchParams.get(name);
  if (text === null || text === '') return fallback;
  const value = Number(text);
  return Number.isInteger(value) && value >= 0 ? value : undefined;
}
