import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { experiments } from '../experiments/all.ts';
import { plants } from './all.ts';

const root = join(import.meta.dirname, '../../../..');
const sources = globSync('{packages,services}/*/src/**/*.ts', { cwd: root });

it.each(plants.map((plant) => [plant.name, plant] as const))('%s fits one place of one source', (_, { file, find }) => {
  const matching = sources.filter((path) => path.endsWith(file));
  expect(matching).toHaveLength(1);
  expect(readFileSync(join(root, matching[0] as string), 'utf8').split(find)).toHaveLength(2);
});

it('every experiment has a bug that it has to notice', () => {
  const watched = new Set(plants.flatMap(({ caughtBy }) => caughtBy));
  expect(experiments.map(({ name }) => name).filter((name) => !watched.has(name))).toEqual([]);
});

it('the document names every experiment and every bug', () => {
  const document = readFileSync(join(root, 'docs/proof.md'), 'utf8');
  const names = [...experiments, ...plants].map(({ name }) => name);
  expect(names.filter((name) => !document.includes(name))).toEqual([]);
});
