import { isMomentary, retry } from '@postern/runtime';

/**
 * Runs a statement about what is done already: giving up at the first lost connection would have it done twice, or forgotten.
 *
 * @param options.forMs for how long, in milliseconds; without it, four times within about a second
 * @throws the last error
 */
export function persistently<T>(run: () => PromiseLike<T>, { forMs }: { forMs?: number } = {}): Promise<T> {
  const until = performance.now() + (forMs ?? 0);
  return retry(async () => run(), {
    ...{ baseMs: 50, ceilingMs: 1_000 },
    ...(forMs === undefined && { attempts: 4 }),
    shouldRetry: (error) => isMomentary(error) && (forMs === undefined || performance.now() < until),
  });
}
