import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { Fault } from '../fault.ts';
import type { Names } from './names.ts';
import { ended, type Scaffold, sectionLine } from './scaffold.ts';
import { sentence } from './source-text.ts';

const RUNBOOK = 'docs/runbook.md';
const RULES = 'services/prometheus/rules';

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
  const series = seriesOf(when);
  if (series.length === 0) throw new Fault(`"${when}" names no metric; nothing was written.`);
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
        for: 5m
        labels: { severity: ticket }
        annotations:
          summary: ${scalar(about ?? 'Describe here what is wrong')}
          action: ${scalar(action ?? 'Describe here what to look at first')}
          runbook_url: ${RUNBOOK}#${name.toLowerCase()}
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
      - { alertname: ${name}, eval_time: 4m }
      - { alertname: ${name}, eval_time: 40m, exp_alerts: [{ exp_labels: { ${labels} } }] }
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

interface Series {
  metric: string;
  /** What has to be so of its labels, as PromQL writes it: `outcome="failed"`. */
  labels: string[];
}

/** A text in YAML, as it is where nothing in it means something else. */
function scalar(text: string): string {
  return /^[A-Za-z][\w ,.()/'-]*$/.test(text) ? text : JSON.stringify(text);
}

/** A series that each selector of an expression finds. */
function seriesOf(expression: string): Series[] {
  const series: Series[] = [];
  const textOf = ({ from, to }: { from: number; to: number }) => expression.slice(from, to);
  parser.parse(expression).iterate({
    enter: ({ type, node, from }) => {
      if (type.isError) {
        const near = expression.slice(Math.max(0, from - 20), from + 20);
        throw new Fault(`"${expression}" is not PromQL (near "${near}"); nothing was written.`);
      }
      const metric = type.name === 'VectorSelector' ? node.getChild('Identifier') : null;
      const matchers = node.getChild('LabelMatchers');
      if (metric) series.push({ metric: textOf(metric), labels: matchers ? labelsOf(textOf(matchers)) : [] });
    },
  });
  return [...new Map(series.map((each) => [written(each), each])).values()];
}

/** Labels that matchers allow: of several that do, the first that is named. */
function labelsOf(matchers: string): string[] {
  return [...matchers.matchAll(/(\w+)\s*=~?\s*"([^"|]*)/g)].map(([, name, value]) => `${name}="${value}"`);
}

function written({ metric, labels }: Series): string {
  return labels.length === 0 ? metric : `${metric}{${labels.join(',')}}`;
}
