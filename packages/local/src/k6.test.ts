import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from './repository.ts';

interface Described {
  paths: Record<string, Record<string, { operationId: string }>>;
}

const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');

it("k6's journeys call every operation of the API's description", () => {
  const { paths } = JSON.parse(read('services/gateway/contracts/openapi.json')) as Described;
  const described = Object.values(paths).flatMap((methods) => Object.values(methods).map((each) => each.operationId));
  const sources = globSync('k6/{journeys.ts,journeys/**/*.ts}', { cwd: repositoryRoot }).map(read);
  const called = new Set(
    sources.flatMap((source) => [...source.matchAll(/call(?:<.*?>)?\('(\w+)'/g)].map((hit) => hit[1])),
  );
  expect(described.filter((id) => !called.has(id)).sort(), 'operations that no file of k6/journeys calls').toEqual([]);
});

const TESTED = ['smoke', 'journeys', 'load', 'correctness'];

it.each(TESTED)('k6 %s, which the tests run, has no threshold of time when it is asked to ignore times', (script) => {
  const thresholds = read(`k6/${script}.ts`).match(/thresholds: \{[\s\S]*?\n {2}\}/)?.[0] ?? '';
  expect(thresholds).toContain("checks: ['rate==1']");
  expect(thresholds.replace(/\.\.\.times\(\{[\s\S]*?\}\)/g, '')).not.toMatch(/duration|dropped|latency/);
});
