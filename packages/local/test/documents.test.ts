import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RepositoryCopy } from './repository-copy.ts';
import { freePorts, Run } from './run-start.ts';

interface Block {
  language: string;
  text: string;
}

function blocksOf(document: string): Block[] {
  const blocks = document.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, language = '', text = '']) => ({ language, text }));
}

const command = 'npx -y pnpm@12 ';

/** A document's blocks, in their order: commands are run, and TypeScript is written to the file that its first line names. */
async function follow(copy: RepositoryCopy, document: string): Promise<void> {
  const blocks = blocksOf(readFileSync(join(copy.root, document), 'utf8'));
  for (const { language, text } of blocks) {
    if (language === 'sh') for (const line of text.trim().split('\n')) await runLine(copy, line);
    if (language === 'ts') {
      const [first = '', ...rest] = text.split('\n');
      const file = /^\/\/ (\S+\.ts)$/.exec(first)?.[1];
      if (!file)
        throw new Error(`${document}: a block of TypeScript begins with the path of its file, not with "${first}"`);
      copy.write(file, rest.join('\n'));
    }
  }
}

async function runLine(copy: RepositoryCopy, line: string): Promise<void> {
  if (!line.startsWith(command)) throw new Error(`cannot run "${line}"`);
  const [script = '', ...args] = line.slice(command.length).split(' ');
  if (script === 'exec') await copy.passes(...(args as [string]));
  // The whole system: test/playground.test.ts starts it, and the end of this test checks that what was written starts, too.
  else if (script !== 'dev') await copy.passes('node', 'packages/local/bin/postern-local.mjs', script, ...args);
}

let copy: RepositoryCopy;
beforeAll(() => {
  copy = new RepositoryCopy();
});
afterAll(() => copy[Symbol.dispose]());

test('the blocks of the documents do what they say, compile, are formatted, and start', async () => {
  for (const document of ['docs/tutorial.md', 'docs/extending.md']) await follow(copy, document);
  await copy.passes('tsc', '-p', 'tsconfig.json');
  await copy.passes('biome', 'check', '--error-on-warnings', '--vcs-enabled=false', 'packages', 'services');
  const env = { ...freePorts, POSTERN_HOME: join(copy.root, '.postern') };
  await using run = new Run('start', [], env, [], join(copy.root, 'packages/local/bin/postern-local.mjs'));
  const { urls } = await run.ready;
  const openApi = (await (await fetch(`${urls.gateway}/openapi.json`)).json()) as { paths: object };
  expect(Object.keys(openApi.paths)).toContain('/v1/orders');
}, 600_000);
