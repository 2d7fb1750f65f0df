/** What k6 hands to `handleSummary`, as far as steps need it. */
export interface Summary {
  metrics: Record<string, { values: Record<string, number> } | undefined>;
}

export interface Step {
  rate: number;
  /** Answers a second that came. */
  reached: number;
  p50: number;
  p99: number;
  /** Shares of the arrivals, from 0 to 1. */
  failed: number;
  dropped: number;
}

/** What became of the step whose scenario has this name. */
export function stepOf(summary: Summary, scenario: string, rate: number, seconds: number): Step {
  const value = (metric: string, stat: string) => summary.metrics[`${metric}{scenario:${scenario}}`]?.values[stat] ?? 0;
  return {
    rate,
    reached: value('http_reqs', 'count') / seconds,
    p50: value('http_req_duration', 'med'),
    p99: value('http_req_duration', 'p(99)'),
    failed: value('http_req_failed', 'rate'),
    dropped: value('dropped_iterations', 'count') / (rate * seconds),
  };
}

/** The steps as a table, a line each. */
export function stepTable(steps: readonly Step[], holds: (step: Step) => boolean): string {
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  const head = ['arrivals/s', 'answers/s', 'p50 ms', 'p99 ms', 'failed', 'dropped', ''];
  const rows = steps.map((step) => [
    ...[String(step.rate), step.reached.toFixed(0), step.p50.toFixed(1), step.p99.toFixed(1)],
    ...[percent(step.failed), percent(step.dropped), holds(step) ? 'held' : 'did not hold'],
  ]);
  return [head, ...rows].map((cells) => cells.map((cell) => cell.padStart(13)).join('')).join('\n');
}
