import { isMomentary, retry } from '@postern/runtime';

/** Runs a statement about what is done already: giving up at the first lost connection would have it done twice, or forgotten. @throws the last error of four */
export function persistently<T>(run: () => PromiseLike<T>): Promise<T> {
  return retry(async () => run(), { attempts: 4, baseMs: 50, ceilingMs: 1_000, shouldRetry: isMomentary });
}
