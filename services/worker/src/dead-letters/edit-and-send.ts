import type { Outbox } from '@postern/durable';
import { type Database, idToBytes } from '@postern/runtime';
import { type EditRules, editLetter, LetterEditError } from './edit-letter.ts';
import type { LetterRegister } from './letter-register.ts';
import type { RegisteredLetter } from './letter-row.ts';
import { toOutgoing } from './to-outgoing.ts';

interface EditParts extends EditRules {
  database: Database;
  register: LetterRegister;
  outbox: Outbox;
}

interface EditOrder {
  queue: string;
  id: string;
  /** The data as the operator wants it, as JSON. */
  data: string;
  /** The entry in the audit that it is done under. */
  auditId: string;
}

/**
 * Sends a letter back with other data, once: that it is sent, and that it waits for nobody any more, are committed together.
 *
 * @returns what came of it, for the audit: which fields, and digests of both bodies
 * @throws LetterEditError
 */
export async function editAndSend(parts: EditParts, order: EditOrder): Promise<string> {
  const { database, register, outbox } = parts;
  const { queue, id, data, auditId } = order;
  const letter = await register.find(queue, id);
  if (letter?.state !== 'dead') throw gone(queue, id, letter);
  const now = database.clock.now();
  const { body, changed, beforeSha256, afterSha256 } = editLetter(letter, data, parts, now);
  await database.transaction(async (tx) => {
    const sent = await tx
      .sql('dead_letters')
      .where({ queue, letter_id: letter.letterId, state: 'dead', died_at: letter.diedAt })
      .update({ state: 'sent', operation_id: idToBytes(auditId), acted_at: now });
    if (sent === 0) throw gone(queue, id, undefined);
    await outbox.addMany(tx, queue, toOutgoing({ ...letter, body }));
  });
  return `changed ${changed.join(', ')}; sha256 before ${beforeSha256}, after ${afterSha256}`;
}

function gone(queue: string, id: string, letter: RegisteredLetter | undefined): LetterEditError {
  const what = letter?.state === 'discarded' ? 'it was discarded' : 'it was sent back already, or has died once more';
  return new LetterEditError(`The queue ${queue} has no letter ${id} that waits: ${what}.`);
}
