import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from '../repository.ts';

const read = (file: string) => readFileSync(join(repositoryRoot, file), 'utf8');

it('a mail that people can turn off is sent by no product without the page that its link leads to', () => {
  const hasPage = read('services/gateway/src/capabilities.ts').includes('unsubscribeModule');
  const mails = globSync('services/worker/src/mail/content/mails/*.ts', { cwd: repositoryRoot });
  const optional = mails.filter((file) => !file.endsWith('.test.ts') && read(file).includes('transactional: false'));
  expect(hasPage ? [] : optional).toEqual([]);
});
