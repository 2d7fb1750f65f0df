/** What a rank test finds about two samples. */
export interface RankTest {
  /** How likely so large a difference is between samples of one and the same distribution, two-sided. */
  p: number;
  /** How likely a value of the first sample is larger than one of the second; 0.5 when there is no difference. */
  effect: number;
}

/**
 * The Mann-Whitney U test by its normal approximation, with correction for ties (Mann and Whitney, "On a test of
 * whether one of two random variables is stochastically larger than the other", 1947). It compares ranks, so that the
 * outliers of a busy machine, which would drown a comparison of means, count as one place each.
 */
export function rankTest(first: readonly number[], second: readonly number[]): RankTest {
  const all = [...first.map((value) => ({ value, first: true })), ...second.map((value) => ({ value, first: false }))];
  all.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  let ties = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1;
    const rank = (start + 1 + end) / 2;
    const size = end - start;
    ties += size ** 3 - size;
    for (const entry of all.slice(start, end)) if (entry.first) rankSum += rank;
    start = end;
  }
  const [n, m] = [first.length, second.length];
  const u = rankSum - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  const z = variance === 0 ? 0 : (u - (n * m) / 2) / Math.sqrt(variance);
  return { p: twoSided(z), effect: u / (n * m) };
}

/** The two tails of the normal distribution beyond z: Abramowitz and Stegun, 7.1.26, off by less than 2e-7. */
function twoSided(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return series * Math.exp(-x * x);
}
