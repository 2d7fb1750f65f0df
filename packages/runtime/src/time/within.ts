import { expireAfter } from './expire-after.ts';

/**
 * What `work` resolves to, if it does so in time. The work itself goes on. Time for which this process stood still does not count.
 *
 * @throws Error `no answer in … ms`, or what `work` throws
 */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const end = expireAfter(limitMs, () => reject(new Error(`no answer in ${limitMs} ms`)));
  try {
    return await Promise.race([work, expired]);
  } finally {
    end();
  }
}
