import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { benchFiles } from './bench.ts';
import { repositoryRoot } from './repository.ts';

it('every benchmark reads its arguments, and has help for whoever asks for it instead of a run of minutes', () => {
  const lacking = Object.entries(benchFiles).filter(([, file]) => {
    const source = readFileSync(join(repositoryRoot, file), 'utf8');
    return !source.includes('benchOptions(') && !(source.includes('parseArgs(') && source.includes('values.help'));
  });
  expect(lacking.map(([name]) => name)).toEqual([]);
});
