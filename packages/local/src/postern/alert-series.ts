import { parser } from '@prometheus-io/lezer-promql';
import { Fault } from '../fault.ts';

/** A series that a selector of an alert's expression finds. */
export interface Series {
  metric: string;
  /** What has to be so of its labels, as PromQL writes it: `outcome="failed"`. */
  labels: string[];
  /** What it falls to where the alert fires at what is low; undefined where it fires at what is high. */
  low: string | undefined;
}

type Node = ReturnType<typeof parser.parse>['topNode'];

/** A series for each selector. @throws Fault when the expression is no PromQL */
export function alertSeries(expression: string): Series[] {
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
      if (!metric) return;
      const labels = matchers ? labelsOf(textOf(matchers)) : [];
      series.push({ metric: textOf(metric), labels, low: lowOf(node, textOf) });
    },
  });
  return [...new Map(series.map((each) => [selector(each), each])).values()];
}

/** Labels that matchers allow: of several that do, the first that is named. */
function labelsOf(matchers: string): string[] {
  return [...matchers.matchAll(/(\w+)\s*=~?\s*"([^"|]*)/g)].map(([, name, value]) => `${name}="${value}"`);
}

/** What a selector has to be for the comparison that it is in to hold, where that is something low. */
function lowOf(selected: Node, textOf: (node: Node) => string): string | undefined {
  let side = selected;
  for (let above = side.parent; above; side = above, above = above.parent) {
    const comparison = ['Eql', 'Lss', 'Lte', 'Gtr', 'Gte'].find((name) => above?.getChild(name));
    const [left, right] = [above.firstChild, above.lastChild];
    if (comparison === undefined || !left || !right) continue;
    const isLeft = left.from === side.from;
    const other = isLeft ? right : left;
    if (comparison === 'Eql') return other.name === 'NumberDurationLiteral' ? textOf(other) : '0';
    return (isLeft ? ['Lss', 'Lte'] : ['Gtr', 'Gte']).includes(comparison) ? '0' : undefined;
  }
  return undefined;
}

/** How far back the expression looks, in whole minutes: its ranges and offsets together. */
export function rangeMinutes(expression: string): number {
  const seconds = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800, y: 31_536_000 };
  let sum = 0;
  parser.parse(expression).iterate({
    enter: ({ name, from, to }) => {
      if (name !== 'NumberDurationLiteralInDurationContext') return;
      for (const [, count, unit] of expression.slice(from, to).matchAll(/([\d.]+)(ms|[smhdwy])?/g))
        sum += Number(count) * seconds[(unit ?? 's') as keyof typeof seconds];
    },
  });
  return Math.ceil(sum / 60);
}

export function selector({ metric, labels }: Pick<Series, 'metric' | 'labels'>): string {
  return labels.length === 0 ? metric : `${metric}{${labels.join(',')}}`;
}
