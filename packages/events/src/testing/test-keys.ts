import { randomBytes } from 'node:crypto';
import type { KeySet } from '../key-set.ts';

/** A new key under an id, and older ones that are accepted still. */
export function testKeys(id: string, ...older: KeySet['writing'][]): KeySet {
  const writing = { id, bytes: randomBytes(32) };
  return { writing, find: (wanted) => [writing, ...older].find((key) => key.id === wanted)?.bytes };
}
