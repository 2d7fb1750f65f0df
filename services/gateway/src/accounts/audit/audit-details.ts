import { z } from 'zod';
import type { AuditDetails } from './audit-log.ts';

/** Of the column `details`. */
export const DETAILS_LENGTH = 1_000;
const WORD_LENGTH = 100;
const CHANGED = ['before', 'after'];

const detailsSchema = z.record(z.string(), z.array(z.string()));

/**
 * What is recorded: all of it where that fits, as it nearly always does. Otherwise `before` and `after` lack what is in both, and then the longest
 * list its last words; a list ends with how many it lacks. What was done must not fail for the length of its record.
 */
export function writeDetails(details: AuditDetails): string {
  const whole = JSON.stringify(details);
  if (whole.length <= DETAILS_LENGTH) return whole;
  const kept = details.before?.filter((word) => details.after?.includes(word)) ?? [];
  const lists = Object.entries(details).map(([name, words]) => ({
    name,
    count: words.length,
    words: words.filter((word) => !CHANGED.includes(name) || !kept.includes(word)).map(shortened),
  }));
  for (;;) {
    const text = JSON.stringify(
      Object.fromEntries(
        lists.map(({ name, count, words }) => {
          const lacking = count - words.length;
          return [name, lacking === 0 ? words : [...words, `… ${lacking} more`]];
        }),
      ),
    );
    const [longest] = lists.toSorted((one, other) => lengthOf(other.words) - lengthOf(one.words));
    if (text.length <= DETAILS_LENGTH || !longest?.words.length) return text;
    longest.words.pop();
  }
}

function shortened(word: string): string {
  return word.length > WORD_LENGTH ? `${word.slice(0, WORD_LENGTH - 1)}…` : word;
}

function lengthOf(words: readonly string[]): number {
  return JSON.stringify(words).length;
}

/**
 * What was recorded. Never throws: an entry that somebody has cut or edited is shown with the reason why its details cannot be
 * read, and those around it as they are.
 */
export function readDetails(stored: unknown): AuditDetails | null {
  if (stored === null) return null;
  const text = String(stored);
  try {
    const { data } = detailsSchema.safeParse(JSON.parse(text));
    return data ?? { unreadable: [`not in the form of details (${text.length} characters)`] };
  } catch {
    return { unreadable: [`no JSON (${text.length} characters)`] };
  }
}
