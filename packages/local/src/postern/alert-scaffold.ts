import { Fault } from '../fault.ts';
import type { Names } from './names.ts';
import { ended, type Scaffold, sectionLine } from './scaffold.ts';

const RUNBOOK = 'docs/runbook.md';

/**
 * An alert in a file of its own, a case in which it fires and one in which it does not, and its section of the runbook.
 *
 * @param when PromQL that is empty while all is well, such as `sum(increase(parcels_lost_total[1h])) > 10`
 * @throws Fault when it names no metric
 */
export function alertScaffold({ file, pascal }: Names, when: string): Scaffold {
  const series = seriesOf(when);
  if (series.length === 0) throw new Fault(`"${when}" names no metric; nothing was written.`);
  const words = file.replaceAll('-', ' ');
  // What is summed up has no labels left; what is not has those of its series.
  const own = /\b(sum|max|min|avg|count)\b/.test(when) ? [] : (series[0]?.labels ?? []);
  const labels = ['severity: ticket', ...own.map((label) => label.replace('=', ': '))].join(', ');
  return {
    file: `services/prometheus/rules/${file}.yml`,
    text: `groups:
  - name: ${file}
    rules:
      - alert: ${pascal}
        expr: >-
          ${when}
        for: 5m
        labels: { severity: ticket }
        annotations:
          summary: Describe here what is wrong
          action: Describe here what to look at first
          runbook_url: ${RUNBOOK}#${pascal.toLowerCase()}
`,
    edits: [
      // High from the fifth minute on: of a counter, its increase; of a gauge, its value.
      ended(
        'services/prometheus/test/alerts.yml',
        `  - name: ${words}
    interval: 1m
    input_series:
${series.map((each) => `      - { series: '${written(each)}', values: '0x4 0+1000000x40' }`).join('\n')}
    alert_rule_test:
      - { alertname: ${pascal}, eval_time: 4m }
      - { alertname: ${pascal}, eval_time: 40m, exp_alerts: [{ exp_labels: { ${labels} } }] }
`,
      ),
      sectionLine(RUNBOOK, `\n### ${pascal}\n\nDescribe here what it means, and what to do.`, {
        ...{ start: '## Mail', end: /^## /, row: /\S/ },
      }),
    ],
  };
}

interface Series {
  metric: string;
  /** What has to be so of its labels, as PromQL writes it: `outcome="failed"`. */
  labels: string[];
}

const NO_SELECTOR = /\[[^\]]*\]|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;

/** A series that each selector of an expression finds. No function and no word of PromQL has a name with a `_`, and no bracket behind it. */
function seriesOf(expression: string): Series[] {
  const found = expression.replaceAll(NO_SELECTOR, ' ').matchAll(/\b([a-z]+_[a-z0-9_]+)\b(?!\s*\()(?:\{([^}]*)\})?/g);
  const series = [...found].map(([, metric = '', matchers = '']) => ({ metric, labels: labelsOf(matchers) }));
  return [...new Map(series.map((each) => [written(each), each])).values()];
}

/** Labels that matchers allow: of several that do, the first that is named. */
function labelsOf(matchers: string): string[] {
  return [...matchers.matchAll(/(\w+)\s*=~?\s*"([^"|]*)/g)].map(([, name, value]) => `${name}="${value}"`);
}

function written({ metric, labels }: Series): string {
  return labels.length === 0 ? metric : `${metric}{${labels.join(',')}}`;
}
