import type { HashClient } from './hash-queue.ts';

/** Port: turns passwords into hashes and compares them. */
export abstract class PasswordHasher {
  /**
   * A new hash with a salt of its own. Takes as long as its cost demands: never call it inside a transaction.
   *
   * @throws ProblemError 503 when too many wait
   */
  abstract hash(password: string, client?: HashClient): Promise<string>;
  /**
   * Whether `password` is the one that was hashed. Without a hash (nobody has this address) the same work is done
   * against one that nothing matches, so that the time taken reveals nothing.
   *
   * @throws ProblemError 503 when too many wait
   */
  abstract verify(password: string, hash: string | undefined, client?: HashClient): Promise<boolean>;
  /** Whether a hash was made with other costs than today's. */
  abstract isOutdated(hash: string): boolean;
}
