import type { LetterPlace } from '../../dead-letters/letter-register.ts';
import { type Path, path } from '../../mail/content/html.ts';

/** The fields of a query by which letters are narrowed. */
export const FILTER_FIELDS = ['type', 'reason', 'fingerprint', 'text', 'since', 'before'] as const;

/** A page about letters of a queue that are narrowed as the query says, with some fields in place of others. */
export function narrowed(
  page: (fields: Record<Narrowing, string>) => Path,
  query: URLSearchParams,
  instead: Partial<Record<Narrowing, string>> = {},
): Path {
  const fields = Object.fromEntries(FILTER_FIELDS.map((name) => [name, query.get(name) ?? '']));
  return page({ ...(fields as Record<Narrowing, string>), ...instead });
}

type Narrowing = (typeof FILTER_FIELDS)[number];

export const listOf =
  (queue: string, place?: LetterPlace) =>
  ({ type, reason, fingerprint, text, since, before }: Record<Narrowing, string>): Path =>
    path`/dead-letters/${queue}?type=${type}&reason=${reason}&fingerprint=${fingerprint}&text=${text}&since=${since}&before=${before}&died=${place?.diedAt.toISOString() ?? ''}&row=${place?.row ?? ''}`;

/** The question before an act on all of them; `scope` says so where nothing narrows them. */
export const questionAbout =
  (queue: string, act: string, scope = '') =>
  ({ type, reason, fingerprint, text, since, before }: Record<Narrowing, string>): Path =>
    path`/dead-letters/${queue}/confirm?act=${act}&scope=${scope}&type=${type}&reason=${reason}&fingerprint=${fingerprint}&text=${text}&since=${since}&before=${before}`;

export function queuePath(queue: string): Path {
  return path`/dead-letters/${queue}`;
}
