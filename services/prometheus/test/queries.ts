import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../../..');

/** A PromQL expression and where it is written. */
export interface Query {
  expression: string;
  where: string;
}

export interface AlertRule {
  alert: string;
  expr: string;
  annotations: { summary: string; action: string; runbook_url: string };
}

interface Rules {
  groups: { rules: AlertRule[] }[];
}

/** All alert rules, in their files' order. */
export function alertRules(): AlertRule[] {
  return files('services/prometheus/rules/*.yml').flatMap(({ text }) =>
    (parse(text) as Rules).groups.flatMap(({ rules }) => rules),
  );
}

/** The expressions of all alert rules. */
export function alertQueries(): Query[] {
  return files('services/prometheus/rules/*.yml').flatMap(({ name, text }) =>
    (parse(text) as Rules).groups.flatMap(({ rules }) =>
      rules.map(({ alert, expr }) => ({ expression: expr, where: `${name}: ${alert}` })),
    ),
  );
}

interface Dashboard {
  panels: { title: string; targets?: { expr: string }[] }[];
}

/** The expressions of all panels, with Grafana's own variable filled in. */
export function dashboardQueries(): Query[] {
  return files('services/grafana/dashboards/*.json').flatMap(({ name, text }) =>
    (JSON.parse(text) as Dashboard).panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({
        expression: expr.replaceAll('$__rate_interval', '1m'),
        where: `${name}: ${title}`,
      })),
    ),
  );
}

/** What is wrong with an expression's syntax, or undefined. */
export function syntaxError(expression: string): string | undefined {
  let error: string | undefined;
  parser.parse(expression).iterate({
    enter: ({ type, from }) => {
      if (type.isError) error ??= `near "${expression.slice(Math.max(0, from - 20), from + 20)}"`;
    },
  });
  return error;
}

function files(pattern: string): { name: string; text: string }[] {
  return globSync(join(root, pattern)).map((path) => ({
    name: relative(root, path),
    text: readFileSync(path, 'utf8'),
  }));
}
