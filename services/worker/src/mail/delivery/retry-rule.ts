import { backoffDelay } from '@postern/runtime';
import type { LedgerEntry } from './ledger/ledger-entry.ts';

/** Waits before a further try; a mailbox's own server may ask for minutes of patience (greylisting). */
const RETRY = { baseMs: 10_000, ceilingMs: 15 * 60_000 };

/** The longest that a mail waits for its next try, in milliseconds. */
export const LONGEST_WAIT_MS = RETRY.ceilingMs;

/** When to try a mail again whose last try failed for now: 5 s to 15 min later, and no later than it expires. */
export function nextTry({ attempts, expiresAt }: Pick<LedgerEntry, 'attempts' | 'expiresAt'>, now: Date): Date {
  const wait = RETRY.baseMs / 2 + backoffDelay(Math.max(1, attempts), RETRY);
  return earlier(new Date(now.getTime() + wait), expiresAt);
}

export function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}
