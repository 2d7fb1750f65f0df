const TIMES = 60;
const WARM = 10;

/** The median of how long `work` takes when it runs by itself, in milliseconds. */
export async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < TIMES + WARM; n++) {
    const began = performance.now();
    await work();
    if (n >= WARM) times.push(performance.now() - began);
  }
  return times.toSorted((a, b) => a - b)[TIMES / 2] ?? Number.NaN;
}
