import type { Row } from './run-experiment.ts';

/** The rows as a table in Markdown, with a verdict each: `held`, or what did not. */
export function asTable(rows: readonly Row[]): string {
  const lines = rows.map(({ name, runs, seed, seconds, figures, violations, missed }) => {
    const said = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
    const verdict = [...violations, ...missed.map((target) => `missed: ${target}`)].join('; ') || 'held';
    return `| ${name} | ${runs} | ${seed} | ${seconds} | ${said.join(', ')} | ${verdict} |`;
  });
  return [
    '| experiment | runs | seed | seconds | figures | verdict |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}
