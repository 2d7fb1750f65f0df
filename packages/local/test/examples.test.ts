import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../src/repository.ts';

const run = promisify(execFile);
/** Those that print; the front end of `packages/client/examples` is driven in a browser by tests of the gateway. */
const examples = globSync('packages/{sqs,durable}/examples/*.ts', { cwd: repositoryRoot }).sort();

test('there are examples', () => {
  expect(examples).not.toEqual([]);
});

test.concurrent.each(examples)('%s prints what it says at its end', async (file) => {
  const promised = readFileSync(join(repositoryRoot, file), 'utf8')
    .split('\n// Prints:\n')[1]
    ?.replaceAll(/^\/\/ /gm, '');
  // Its own SQLite and SQS, whatever these tests run on.
  const { TEST_DATABASE_URL: _, TEST_SQS_ENDPOINT: __, ...env } = process.env;
  const { stdout } = await run(process.execPath, [file], { cwd: repositoryRoot, env });
  expect(stdout).toBe(promised);
});
