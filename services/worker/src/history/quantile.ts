/**
 * The value below which a share of what was counted lies, as Prometheus' `histogram_quantile` has it: by straight lines between the bounds.
 *
 * @param counts of each bound, not cumulated, and one more for what is above the last, which is taken for the last bound
 * @returns undefined where nothing was counted
 */
export function quantile(share: number, bounds: readonly number[], counts: readonly number[]): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return undefined;
  let below = 0;
  for (const [index, bound] of bounds.entries()) {
    const count = counts[index] ?? 0;
    if (count > 0 && below + count >= share * total) {
      const from = bounds[index - 1] ?? 0;
      return from + (bound - from) * ((share * total - below) / count);
    }
    below += count;
  }
  return bounds.at(-1);
}
