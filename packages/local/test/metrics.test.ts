import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../src/repository.ts';
import { Run, temporaryHome } from './run-start.ts';

/** The metrics that PromQL reads. */
function metricsIn(expression: string): string[] {
  const bare = expression.replaceAll(/\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)/g, '');
  return [...bare.matchAll(/\b[a-z]+_[a-z0-9_]+\b(?!\()/g)].map(([name]) => name);
}

function expressionsOf(pattern: string, expression: RegExp): string[] {
  return globSync(join(repositoryRoot, pattern)).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(expression)].map(([, found = '']) => found.replaceAll('\\"', '"')),
  );
}

/** The names of the series that a service exposes, or will once they have happened. */
function namesIn(text: string): Set<string> {
  const names = new Set<string>();
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
    const endings = type === 'histogram' ? ['_bucket', '_count', '_sum'] : [''];
    for (const ending of endings) names.add(`${name}${ending}`);
  }
  return names;
}

test('both services expose what promtool finds sound, and every metric that a dashboard or an alert reads', async () => {
  using home = temporaryHome();
  await using run = new Run('start', [], { POSTERN_HOME: home.path, BREACH_CHECK_URL: 'https://breached.test/range/' });
  const { urls } = await run.ready;
  const scrape = async (url: string | undefined) => (await fetch(`${url}/metrics`)).text();
  const [gateway, worker] = [await scrape(urls.gateway_ops), await scrape(urls.worker_ops)];

  for (const text of [gateway, worker]) {
    const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    if (!error) expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
  }
  const missing = (expressions: string[], names: Set<string>) =>
    expressions.flatMap(metricsIn).filter((name) => !names.has(name));
  const panels = /"expr": "((?:[^"\\]|\\.)*)"/g;
  const alerts = /expr: (?:>-\n)?((?:.*\n)*?) +(?:for|labels):/g;
  const both = new Set([...namesIn(gateway), ...namesIn(worker)]);
  expect(missing(expressionsOf('services/grafana/dashboards/gateway.json', panels), namesIn(gateway))).toEqual([]);
  expect(missing(expressionsOf('services/grafana/dashboards/worker.json', panels), namesIn(worker))).toEqual([]);
  const rules = expressionsOf('services/prometheus/rules/*.yml', alerts);
  expect(rules.flatMap(metricsIn).length).toBeGreaterThan(20);
  expect(missing(rules, both)).toEqual([]);
});
