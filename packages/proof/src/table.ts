import type { Row } from './run-experiment.ts';

/** The rows as a table in Markdown, with a verdict each: `held`, or what did not. */
export function asTable(rows: readonly Row[]): string {
  const lines = rows.map(({ name, runs, short, seed, began, load, seconds, figures, violations, missed, plant }) => {
    const said = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
    const verdict = [...violations, ...missed.map((target) => `missed: ${target}`)].join('; ') || 'held';
    const what = `${name}${short ? ', short' : ''}${plant === undefined ? '' : `, with ${plant}`}`;
    return `| ${what} | ${runs} | ${seed} | ${began.slice(0, 16)} | ${load} | ${seconds} | ${said.join(', ')} | ${verdict} |`;
  });
  return [
    '| experiment | runs | seed | began | load before | seconds | figures | verdict |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}
