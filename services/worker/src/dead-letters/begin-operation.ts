import { type RegisterFilter, wordsOf } from './letter-filter.ts';
import type { LetterRegister } from './letter-register.ts';
import { CANARY, type Operations } from './operations.ts';

/** What operators do with letters that a filter finds. */
export const LETTER_ACTS = ['redrive', 'discard'] as const;
export type LetterAct = (typeof LETTER_ACTS)[number];

/**
 * Begins to send back or to discard what waits for a decision and fits; it goes on without whoever began it.
 *
 * @throws OperationUnderWayError while another one sends back many letters of the queue: each has first ones of its own, and of two at the same
 *   time twice as many would go ahead
 * @returns its id, how many letters there were, and what it is about, narrowed as `LetterRegister.bounded` does
 */
export async function beginOperation(
  { register, operations }: { register: LetterRegister; operations: Operations },
  { kind, queue, operator, filter }: { kind: LetterAct; queue: string; operator: string; filter: RegisterFilter },
): Promise<{ id: string; total: number; filter: RegisterFilter }> {
  const bounded = await register.bounded(queue, filter);
  const total = await register.count(queue, bounded);
  const act = { operator, action: `dead-letters.${kind}`, target: queue, kind, queue };
  const alone = kind === 'redrive' && total > CANARY ? queue : undefined;
  const id = await operations.begin(act, { filter: bounded, words: wordsOf(bounded), total, alone });
  return { id, total, filter: bounded };
}
