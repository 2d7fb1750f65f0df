import { createHash } from 'node:crypto';
import { idToBytes } from '@postern/runtime';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The 16 bytes a message's id is stored as: the UUID itself; of any other id (a queue that is not ours, a schedule's
 * run) the first half of its SHA-256, which two ids of one table do not share by accident.
 */
export function messageKey(id: string): Buffer {
  if (UUID.test(id)) return idToBytes(id);
  return createHash('sha256').update(id).digest().subarray(0, 16);
}
