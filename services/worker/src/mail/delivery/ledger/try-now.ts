import { type Clock, idToBytes } from '@postern/runtime';
import type { Ledger } from './ledger.ts';
import type { MailState } from './states.ts';

/** Those that wait for a try: everything else is done, or somebody has it. */
const WAITING: readonly MailState[] = ['queued', 'deferred'];

/** Whether an operator may have it tried at once. What is done is not sent again: whoever asked for it asks again. */
export function mayBeTriedNow(state: MailState): boolean {
  return WAITING.includes(state);
}

/** A mail that cannot be tried now; the message says why. */
class MailRetryError extends Error {
  override name = 'MailRetryError';
}

/**
 * Has a mail that waits tried at once, with who asked for it in its history.
 *
 * @returns when it is due, which is now
 * @throws MailRetryError
 */
export async function retryMail(ledger: Ledger, clock: Clock, id: string, by: string): Promise<Date> {
  const entry = await ledger.find(idToBytes(id));
  if (!entry) throw new MailRetryError(missingMail(id));
  if (!mayBeTriedNow(entry.state)) {
    throw new MailRetryError(`it is ${entry.state}: only one that is ${WAITING.join(' or ')} waits for a try`);
  }
  const dueAt = clock.now();
  const reason = `due at once, by ${by}`;
  const changed = await ledger.change(entry, { state: entry.state, reason, dueAt, byHand: true });
  if (!changed) throw new MailRetryError('a worker has taken it up in this moment');
  return dueAt;
}

export function missingMail(id: string): string {
  return `the ledger has no mail ${id}: what is done is forgotten after MAIL_RETENTION_DAYS`;
}
