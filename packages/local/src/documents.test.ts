import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('docs/data.md', () => {
  it('says of every table what stands in it and how long it is kept', () => {
    const folders = ['services/gateway/migrations', 'services/worker/migrations', 'packages/queue/src'];
    const sources = folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .map((file) => read(join(folder, file))),
    );
    const tables = sources.flatMap((source) =>
      [...source.matchAll(/createTable(?:IfMissing)?\((?:\{[^}]*\}, )?'(\w+)'/g)].map(([, table]) => table as string),
    );
    expect(tables).toEqual(expect.arrayContaining(['users', 'mails', 'deliveries', 'job_locks']));
    const rows = read('docs/data.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(tables.filter((table) => !rows.some((row) => row.includes(`\`${table}\``)))).toEqual([]);
  });
});

describe('documents', () => {
  const documents = ['docs', '.github', 'packages/queue', 'services'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
      .map((file) => join(folder, file)),
  );

  it.each(documents)('%s links only to files that are there', (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path as string);
    for (const path of links) expect(() => readdirOrFile(join(root, document, '..', path)), path).not.toThrow();
  });

  it.each([...documents, 'README.md'])('%s shows commands that run on any Node.js that npx runs on', (document) => {
    // `node`, `vitest` and the like would be the system's, or none: through pnpm they are those of this repository.
    const text = read(document);
    const code = [...text.matchAll(/`([^`]+)`/g), ...text.matchAll(/^ {0,4}((?:node|vitest|pnpm|tsc|biome) .*)$/gm)];
    const bare = /^([A-Z_]+=\S+ )*(node \S+\.m?[jt]s|vitest|pnpm|tsc|biome) /;
    expect(code.map(([, command]) => command as string).filter((command) => bare.test(command))).toEqual([]);
  });
});

function readdirOrFile(path: string): void {
  try {
    readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error;
  }
}
