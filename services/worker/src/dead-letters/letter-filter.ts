import { idToBytes, isUuid } from '@postern/runtime';
import type { DeadLetterFilter } from '@postern/sqs';
import type { Knex } from 'knex';
import { registerId } from './letter-row.ts';

/** Which letters of a queue are meant: what fits everything that is given. */
export interface RegisterFilter
  extends Pick<DeadLetterFilter, 'ids' | 'type' | 'reason' | 'text' | 'since' | 'before'> {
  /** Those that died of the same. */
  fingerprint?: string;
  /** Those that had died when somebody was asked about them. */
  until?: Date;
}

const TRACE = /^[0-9a-f]{32}$/i;

/** Whether it has to look into bodies: its text is not an id. */
export function readsBodies({ text }: RegisterFilter): boolean {
  return text !== undefined && !isUuid(text) && !TRACE.test(text);
}

/** Narrows a query to letters that wait for a decision. An id is looked up; any other text is searched for in their bodies. */
export function applyFilter(query: Knex.QueryBuilder, queue: string, filter: RegisterFilter): Knex.QueryBuilder {
  const { ids, type, reason, text, since, before, until, fingerprint } = filter;
  query.where({ queue, state: 'dead' });
  if (ids !== undefined) query.whereIn('letter_id', ids.map(registerId));
  if (type !== undefined) query.where({ type });
  if (reason !== undefined) query.where({ reason });
  if (fingerprint !== undefined) query.where({ fingerprint: Buffer.from(fingerprint, 'hex') });
  if (since !== undefined) query.where('died_at', '>=', since);
  if (before !== undefined) query.where('died_at', '<', before);
  if (until !== undefined) query.where('died_at', '<=', until);
  if (text === undefined) return query;
  if (isUuid(text)) {
    const bytes = idToBytes(text);
    return query.where((any) =>
      any.where({ user_id: bytes }).orWhere({ letter_id: text.toLowerCase() }).orWhere({ trace_id: bytes }),
    );
  }
  if (TRACE.test(text)) return query.where({ trace_id: Buffer.from(text, 'hex') });
  return query.whereRaw("letter LIKE ? ESCAPE '|'", [`%${escaped(text)}%`]);
}

/** As the text is in the JSON that is searched; its own `%` and `_` mean themselves. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1).replace(/[|%_]/g, '|$&');
}

/** In words, for people and the audit. What bodies were searched for may be an address, and is left out. */
export function wordsOf({ ids, type, reason, fingerprint, text, since, before }: RegisterFilter): string {
  const words = [
    ids && (ids.length === 1 ? `the letter ${ids[0]}` : `${ids.length} chosen letters`),
    type && `of type ${type}`,
    reason && `given up for ${reason}`,
    fingerprint && `that died of the same (${fingerprint.slice(0, 8)})`,
    text && 'with a certain text',
    since && `given up since ${since.toISOString()}`,
    before && `given up before ${before.toISOString()}`,
  ].filter(Boolean);
  return words.length === 0 ? 'all letters' : ids ? words.join(', ') : `letters ${words.join(', ')}`;
}

/** A filter as an operation's row has it, its times as texts; undefined where it cannot be read. */
export function readFilter(text: string): RegisterFilter | undefined {
  try {
    const { since, before, until, ...given } = JSON.parse(text) as Record<string, unknown>;
    const times = Object.entries({ since, before, until }).filter(([, at]) => at !== undefined);
    return { ...given, ...Object.fromEntries(times.map(([name, at]) => [name, new Date(String(at))])) };
  } catch {
    return undefined;
  }
}
