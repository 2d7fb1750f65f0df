import { type Clock, idToBytes } from '@postern/runtime';
import type { Ledger } from './ledger/ledger.ts';
import { wasKeptBack } from './ledger/states.ts';
import { missingMail } from './ledger/try-now.ts';
import type { Suppressions } from './suppression/suppressions.ts';

/** A mail that is not sent again; the message says why. */
class SendAgainError extends Error {
  override name = 'SendAgainError';
}

/**
 * Has a mail that was kept from its recipient sent, as an operator's own act: the address is off the list again, by whoever took it off, or its
 * unsubscription was taken back. Who is on the list by then, or has unsubscribed, is left alone by the try as by any other.
 *
 * @returns when it is due, which is now
 * @throws SendAgainError
 */
export async function sendAgain(
  { ledger, suppressions, clock }: { ledger: Ledger; suppressions: Suppressions; clock: Clock },
  id: string,
  by: string,
): Promise<Date> {
  const entry = await ledger.find(idToBytes(id));
  if (!entry) throw new SendAgainError(missingMail(id));
  const { state, payload, recipientHash, expiresAt } = entry;
  if (!wasKeptBack(state)) throw new SendAgainError(`it is ${state}: only one that was kept back is sent again`);
  const dueAt = clock.now();
  if (expiresAt <= dueAt) throw new SendAgainError('it has expired: whoever asked for it asks again');
  if (await suppressions.has(recipientHash)) {
    throw new SendAgainError(
      'its address is on the suppression list: `suppressions remove ADDRESS --reason WHY` takes it off, where it may have mail again',
    );
  }
  if (!payload) {
    throw new SendAgainError(
      'its content is kept no more, as its provider had accepted it, or its person was erased: whoever asked for it asks again',
    );
  }
  const reason = `to be sent again, by ${by}`;
  const changed = await ledger.change(entry, { state: 'queued', reason, dueAt });
  if (!changed) throw new SendAgainError('somebody else has changed it in this moment');
  return dueAt;
}
