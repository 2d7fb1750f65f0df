/**
 * Runs `work` so many times, some at once.
 *
 * @returns what one took: processor time of this process with all its threads, in microseconds, which is the steadier figure on a busy
 *   machine; and how many were done in a second
 */
export async function measured(
  count: number,
  atOnce: number,
  work: (n: number) => Promise<unknown>,
): Promise<{ cpuUs: number; perSecond: number }> {
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < count; n = next++) await work(n);
  };
  const cpu = process.cpuUsage();
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, lane));
  const { user, system } = process.cpuUsage(cpu);
  return { cpuUs: (user + system) / count, perSecond: (count * 1_000) / (performance.now() - began) };
}
