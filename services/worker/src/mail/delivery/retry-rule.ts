import { backoffDelay } from '@postern/runtime';
import type { UnknownPolicy } from '../content/define-mail.ts';
import type { LedgerEntry } from './ledger/ledger-entry.ts';

/** Waits before a further try; a mailbox's own server may ask for minutes of patience (greylisting). */
const RETRY = { baseMs: 10_000, ceilingMs: 15 * 60_000 };

/** The longest that a mail waits for its next try, in milliseconds. */
export const LONGEST_WAIT_MS = RETRY.baseMs / 2 + RETRY.ceilingMs;

/** How long after its fate was lost a mail is sent again, by its policy, in milliseconds: the first time, the second; and no more. */
export const RESEND_AFTER_MS: Readonly<Record<UnknownPolicy, readonly number[]>> = {
  // The second time later: what broke two conversations in the middle may take a while to pass.
  'resend-twice': [5_000, 60_000],
  // Providers report deliveries and bounces within minutes; a notice loses nothing by waiting for that.
  'wait-then-resend-once': [15 * 60_000],
};
/** How long a mail waits whose sender died before its body, in milliseconds: should the mail be why, not all workers die at once. */
export const AFTER_A_DEATH_MS = 5_000;

/** When to try a mail again whose last try failed for now: from 5 s to {@link LONGEST_WAIT_MS} later, and no later than it expires. */
export function nextTry({ attempts, expiresAt }: Pick<LedgerEntry, 'attempts' | 'expiresAt'>, now: Date): Date {
  const wait = RETRY.baseMs / 2 + backoffDelay(Math.max(1, attempts), RETRY);
  return earlier(new Date(now.getTime() + wait), expiresAt);
}

export function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}
