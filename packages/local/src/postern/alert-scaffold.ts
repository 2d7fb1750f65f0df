import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import { alertSeries, rangeMinutes, type Series, selector } from './alert-series.ts';
import type { Names } from './names.ts';
import { ended, type Scaffold, sectionLine } from './scaffold.ts';
import { sentence } from './source-text.ts';

const RUNBOOK = 'docs/runbook.md';
const RULES = 'services/prometheus/rules';
/** In minutes: for how long it is so before the alert fires. */
const FOR = 5;
/** When what is well in the case begins to be what the alert fires at, and how long that is so beside the ranges of the expression. */
const [TURN, FIRING_FOR] = [15, 2 * FOR];

export interface AlertOptions {
  /** PromQL that is empty while all is well, such as `sum(increase(parcels_lost_total[1h])) > 10`. */
  when: string;
  /** What is wrong then, and what to look at first, in a sentence each. */
  about?: string | undefined;
  action?: string | undefined;
}

/**
 * An alert in a file of its own, a case in which it fires and one in which it does not, and its section of the runbook.
 *
 * @throws Fault when it is no PromQL, or names no metric
 */
export function alertScaffold({ file, pascal }: Names, root: string, { when, about, action }: AlertOptions): Scaffold {
  const name = alertName(pascal, root);
  const series = alertSeries(when);
  if (series.length === 0) throw new Fault(`"${when}" names no metric; nothing was written.`);
  const minutes = rangeMinutes(when) + FIRING_FOR;
  const words = file.replaceAll('-', ' ');
  // What is summed up has no labels left; what is not has those of its series.
  const own = /\b(sum|max|min|avg|count)\b/.test(when) ? [] : (series[0]?.labels ?? []);
  const said = [about, action].filter((each) => each !== undefined).map((each) => sentence(each, ''));
  const meaning = said.length > 0 ? said.join(' ') : 'Describe here what it means, and what to do.';
  const labels = ['severity: ticket', ...own.map((label) => label.replace('=', ': '))].join(', ');
  return {
    file: `${RULES}/${file}.yml`,
    text: `groups:
  - name: ${file}
    rules:
      - alert: ${name}
        expr: >-
          ${when.trim().replaceAll(/\s+/g, ' ')}
        for: ${FOR}m
        labels: { severity: ticket }
        annotations:
          summary: ${scalar(about ?? 'Describe here what is wrong')}
          action: ${scalar(action ?? 'Describe here what to look at first')}
          runbook_url: ${RUNBOOK}#${name.toLowerCase()}
`,
    edits: [
      ended(
        'services/prometheus/test/alerts.yml',
        `  - name: ${words}
    interval: 1m
    input_series:
${series.map((each) => `      - { series: '${selector(each)}', values: '${valuesOf(each, minutes)}' }`).join('\n')}
    alert_rule_test:
      - { alertname: ${name}, eval_time: 10m }
      - { alertname: ${name}, eval_time: ${TURN + minutes}m, exp_alerts: [{ exp_labels: { ${labels} } }] }
`,
      ),
      sectionLine(RUNBOOK, `\n### ${name}\n\n${meaning}`, {
        ...{ start: '## Mail', end: /^## /, row: /\S/ },
      }),
    ],
  };
}

/** With the product's name first, as all alerts have it: several products may ring in one place. @throws Fault for one that is there */
function alertName(pascal: string, root: string): string {
  const { name: product } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string };
  const prefix = product.charAt(0).toUpperCase() + product.slice(1);
  const name = pascal.startsWith(prefix) ? pascal : prefix + pascal;
  for (const rules of globSync(`${RULES}/*.yml`, { cwd: root })) {
    if (!new RegExp(`alert: ${name}$`, 'm').test(readFileSync(join(root, rules), 'utf8'))) continue;
    throw new Fault(`The alert ${name} already exists (${rules}); nothing was written.`);
  }
  return name;
}

/** A text in YAML, as it is where nothing in it means something else. */
function scalar(text: string): string {
  return /^[A-Za-z][\w ,.()/'-]*$/.test(text) ? text : JSON.stringify(text);
}

/** Of a counter, its increase is what is high or low; of a gauge, its value. */
function valuesOf({ low }: Series, minutes: number): string {
  return low === undefined ? `0x${TURN} 0+1000000x${minutes}` : `1000000+1000000x${TURN} ${low}x${minutes}`;
}
