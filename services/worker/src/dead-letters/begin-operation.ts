import { type RegisterFilter, wordsOf } from './letter-filter.ts';
import type { LetterRegister } from './letter-register.ts';
import { CANARY, type Operations } from './operations.ts';

/** What operators do with letters that a filter finds. */
export const LETTER_ACTS = ['redrive', 'discard'] as const;
export type LetterAct = (typeof LETTER_ACTS)[number];

/** What the column of the filter holds (MySQL's TEXT), less room for what narrows it. */
const MAX_FILTER_BYTES = 65_000;

/**
 * Begins to send back or to discard what waits for a decision and fits; it goes on without whoever began it.
 *
 * @throws OperationUnderWayError while another one sends back many letters of the queue: each has first ones of its own, and of two at the same
 *   time twice as many would go ahead; RangeError where which letters are meant has no room in its row
 * @returns its id, how many letters there were, and what it is about, narrowed as `LetterRegister.bounded` does
 */
export async function beginOperation(
  { register, operations }: { register: LetterRegister; operations: Operations },
  { kind, queue, operator, filter }: { kind: LetterAct; queue: string; operator: string; filter: RegisterFilter },
): Promise<{ id: string; total: number; filter: RegisterFilter }> {
  const bytes = Buffer.byteLength(JSON.stringify(filter));
  if (bytes > MAX_FILTER_BYTES) {
    const what = `what says which letters are meant has ${bytes} bytes, and ${MAX_FILTER_BYTES} are kept`;
    throw new RangeError(`${what}: choose fewer at a time, or by a filter`);
  }
  const bounded = await register.bounded(queue, filter);
  const total = await register.count(queue, bounded);
  const act = { operator, action: `dead-letters.${kind}`, target: queue, kind, queue };
  const alone = kind === 'redrive' && total > CANARY ? queue : undefined;
  const id = await operations.begin(act, { filter: bounded, words: wordsOf(bounded), total, alone });
  return { id, total, filter: bounded };
}
