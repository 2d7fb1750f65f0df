import { expect, it } from 'vitest';
import { readTracked } from './testing/tracked-files.ts';

const readme = readTracked('README.md');

it('the README fits on one screen', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(50);
  expect(Math.max(...readme.split('\n').map((line) => line.length))).toBeLessThanOrEqual(240);
});

it('the README shows the two commands that a newcomer types, and leads to every other document', () => {
  expect(readme).toContain('npx -y pnpm@12 start');
  expect(readme).toContain('npx -y pnpm@12 test');
  for (const document of ['architecture', 'extending', 'api', 'running', 'configuration', 'upgrading', 'runbook']) {
    expect(readme).toContain(`(docs/${document}.md)`);
  }
});
