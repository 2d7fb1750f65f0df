import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../repository.ts';
import { LONGEST } from './longest-first.ts';

test('each of the files that are begun with exists', () => {
  expect(LONGEST.filter((file) => !existsSync(join(repositoryRoot, file)))).toEqual([]);
});
