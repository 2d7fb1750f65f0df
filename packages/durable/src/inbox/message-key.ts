import { createHash } from 'node:crypto';
import { idToBytes, isUuid } from '@postern/runtime';

/**
 * The 16 bytes a message's id is stored as: the UUID itself; of any other id (a queue that is not ours, a schedule's
 * run) the first half of its SHA-256, which two ids of one table do not share by accident.
 */
export function messageKey(id: string): Buffer {
  if (isUuid(id)) return idToBytes(id);
  return createHash('sha256').update(id).digest().subarray(0, 16);
}
