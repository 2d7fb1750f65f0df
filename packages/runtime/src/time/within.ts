/**
 * What `work` resolves to, if it does so in time. The work itself goes on.
 *
 * @throws Error `no answer in … ms`, or what `work` throws
 */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer in ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
