import type { DeadLetterFilter } from '@postern/sqs';
import { type Path, path } from '../../mail/content/html.ts';
import { ConsoleFault } from '../web/console-route.ts';
import { textIn, timeIn } from './query-fields.ts';

/** More ids than a page shows are nobody's selection. */
const MAX_IDS = 500;

export const FILTER_FIELDS = ['type', 'reason', 'text', 'since', 'before'] as const;

/** Which letters a query or a form means; empty for all. @throws ConsoleFault for what cannot be understood */
export function filterIn(query: URLSearchParams): DeadLetterFilter {
  const ids = query.getAll('id').filter((id) => id !== '');
  if (ids.length > MAX_IDS) throw new ConsoleFault(400, `At most ${MAX_IDS} at a time.`);
  const [type, reason, text] = [textIn(query, 'type'), textIn(query, 'reason'), textIn(query, 'text')];
  const [since, before] = [timeIn(query, 'since'), timeIn(query, 'before')];
  return {
    ...(ids.length > 0 && { ids }),
    ...(type !== undefined && { type }),
    ...(reason !== undefined && { reason }),
    ...(text !== undefined && { text }),
    ...(since && { since }),
    ...(before && { before }),
  };
}

/** The same for an act, which has to say so when it means all. */
export function chosenIn(form: URLSearchParams): DeadLetterFilter {
  const filter = filterIn(form);
  if (Object.keys(filter).length === 0 && form.get('scope') !== 'all') {
    throw new ConsoleFault(400, 'No letter was chosen: go back and check some.');
  }
  return filter;
}

/** In words, for people and the audit. What bodies were searched for may be an address, and is left out. */
export function wordsOf({ ids, type, reason, text, since, before }: DeadLetterFilter): string {
  const words = [
    ids && (ids.length === 1 ? `the letter ${ids[0]}` : `${ids.length} chosen letters`),
    type && `of type ${type}`,
    reason && `given up for ${reason}`,
    text && 'with a certain text',
    since && `given up since ${since.toISOString()}`,
    before && `given up before ${before.toISOString()}`,
  ].filter(Boolean);
  return words.length === 0 ? 'all letters' : ids ? words.join(', ') : `letters ${words.join(', ')}`;
}

/** The fields that a form has to send on, so that it means the same letters. */
export function hiddenFields(query: URLSearchParams): [string, string][] {
  const names = new Set<string>(['id', 'scope', ...FILTER_FIELDS]);
  return [...query].filter(([name, value]) => names.has(name) && value !== '');
}

export function queuePath(queue: string): Path {
  return path`/dead-letters/${queue}`;
}
