import { idToBytes } from '@postern/runtime';
import type { Knex } from 'knex';

const [ID_BYTES, TIME_BYTES] = [16, 6];

/**
 * The condition for an event's mails. A mail's id begins with the time in its event's id, so that they are together and are found by
 * the primary key; the key says which of them are this event's.
 *
 * @param eventId in small letters
 */
export function ofEvent(eventId: string): (query: Knex.QueryBuilder) => void {
  const time = idToBytes(eventId).subarray(0, TIME_BYTES);
  const filled = (rest: number) => Buffer.concat([time, Buffer.alloc(ID_BYTES - TIME_BYTES, rest)]);
  return (query) => {
    query
      .whereBetween('id', [filled(0x00), filled(0xff)])
      .where('mail_key', '>=', `${eventId}/`)
      .where('mail_key', '<', `${eventId}0`);
  };
}
