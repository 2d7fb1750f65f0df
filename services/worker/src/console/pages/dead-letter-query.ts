import type { RegisterFilter } from '../../dead-letters/letter-filter.ts';
import type { LetterPlace } from '../../dead-letters/letter-register.ts';
import { FILTER_FIELDS } from '../views/dead-letter-links.ts';
import { ConsoleFault } from '../web/console-route.ts';
import { idIn, textIn, timeIn } from './query-fields.ts';

/** More ids than a page shows are nobody's selection. */
const MAX_IDS = 500;
const FINGERPRINT = /^[0-9a-f]{32}$/;

/** Which letters a query or a form means; empty for all. @throws ConsoleFault for what cannot be understood */
export function filterIn(query: URLSearchParams): RegisterFilter {
  const ids = query.getAll('id').filter((id) => id !== '');
  if (ids.length > MAX_IDS) throw new ConsoleFault(400, `At most ${MAX_IDS} at a time.`);
  const [type, reason, text] = [textIn(query, 'type'), textIn(query, 'reason'), textIn(query, 'text')];
  const [since, before, until] = [timeIn(query, 'since'), timeIn(query, 'before'), timeIn(query, 'until')];
  const fingerprint = textIn(query, 'fingerprint');
  if (fingerprint !== undefined && !FINGERPRINT.test(fingerprint)) {
    throw new ConsoleFault(400, 'fingerprint: expected one of the groups that the queue shows.');
  }
  return {
    ...(ids.length > 0 && { ids }),
    ...(type !== undefined && { type }),
    ...(reason !== undefined && { reason }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(text !== undefined && { text }),
    ...(since && { since }),
    ...(before && { before }),
    ...(until && { until }),
  };
}

/** The same for an act, which has to say so when it means all. */
export function chosenIn(form: URLSearchParams): RegisterFilter {
  const filter = filterIn(form);
  const { until: _asked, ...chosen } = filter;
  if (Object.keys(chosen).length === 0 && form.get('scope') !== 'all') {
    throw new ConsoleFault(400, 'No letter was chosen: go back and check some.');
  }
  return filter;
}

/** The fields that a form has to send on, so that it means the same letters. */
export function hiddenFields(query: URLSearchParams): [string, string][] {
  const names = new Set<string>(['id', 'scope', 'until', ...FILTER_FIELDS]);
  return [...query].filter(([name, value]) => names.has(name) && value !== '');
}

/** Behind which letter a page goes on. @throws ConsoleFault */
export function letterPlaceIn(query: URLSearchParams): LetterPlace | undefined {
  const [diedAt, row] = [timeIn(query, 'died'), idIn(query, 'row')];
  return diedAt && row ? { diedAt, row } : undefined;
}
