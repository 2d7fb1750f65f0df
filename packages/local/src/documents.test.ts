import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from './repository.ts';
import { readTracked, trackedFiles } from './testing/tracked-files.ts';

const documents = trackedFiles().filter((file) => file.endsWith('.md'));
const scripts = Object.keys((JSON.parse(readTracked('package.json')) as { scripts: object }).scripts);

/** As GitHub makes an anchor of a heading. */
function anchorOf(heading: string): string {
  const text = heading.replaceAll(/[`*]|\]\([^)]*\)|\[/g, '').toLowerCase();
  return text.replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}

function anchorsIn(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
  return [...headings, ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, anchor = '']) => anchor)];
}

/** The links of a document that lead nowhere. */
function deadLinks(document: string, text = readTracked(document)): string[] {
  const outside = text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const targets = [...outside.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => {
    if (/^https?:/.test(target)) return !URL.canParse(target);
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? document : join(document, '..', path);
    if (!statSync(join(repositoryRoot, file), { throwIfNoEntry: false })) return true;
    return anchor !== undefined && !anchorsIn(readTracked(file)).includes(anchor);
  });
}

describe('a document', () => {
  it.each(documents)('%s links only to files and headings that are there', (document) => {
    expect(deadLinks(document)).toEqual([]);
  });

  it('with a link to a missing file or heading is found', () => {
    const text = '[a](missing.md) [b](README.md#two-commands) [c](README.md#no-such-heading) [d](#e)\n# E';
    expect(deadLinks('README.md', text)).toEqual(['missing.md', 'README.md#no-such-heading', '#e']);
  });

  // The files of these two are the reader's; their snippets run as tests of their own.
  const exercises = ['docs/tutorial.md', 'docs/extending.md'];
  it.each(documents.filter((document) => !exercises.includes(document)))(
    '%s cites only files that are there',
    (document) => {
      const cited = readTracked(document).match(/\b(?:packages|services|k6)\/[\w./-]+\.[a-z]+\b/g) ?? [];
      const files = trackedFiles();
      expect(cited.filter((path) => !files.includes(path) && !/\/(dist|generated)\//.test(path))).toEqual([]);
    },
  );

  it.each(documents)('%s shows commands that run on any Node.js that npx runs on', (document) => {
    // `node`, `vitest` and the like would be the system's, or none: through pnpm they are those of this repository.
    const text = readTracked(document);
    const code = [...text.matchAll(/`([^`]+)`/g), ...text.matchAll(/^ {0,4}((?:node|vitest|pnpm|tsc|biome) .*)$/gm)];
    const bare = /^([A-Z_]+=\S+ )*(node \S+\.m?[jt]s|vitest|pnpm|tsc|biome) /;
    expect(code.map(([, command]) => command as string).filter((command) => bare.test(command))).toEqual([]);
  });

  it.each(documents)('%s shows root scripts that exist', (document) => {
    const shown = [...readTracked(document).matchAll(/npx -y pnpm@12 (\w+)/g)].map(([, command = '']) => command);
    expect(shown.filter((command) => ![...scripts, 'exec', 'sbom', 'install'].includes(command))).toEqual([]);
  });
});

it('the index of decisions has every one of them', () => {
  const decisions = documents.filter((file) => /^docs\/decisions\/(?!README)/.test(file));
  const index = readTracked('docs/decisions/README.md');
  expect(decisions.filter((file) => !index.includes(`(${file.split('/').at(-1)})`))).toEqual([]);
});

it('no file cites a document that is not in the repository', () => {
  const names = new Set(documents.flatMap((file) => [file, file.split('/').at(-1)]));
  const texts = trackedFiles().filter((file) => /\.(ts|mjs|js|sh|yml|yaml|json|md)$|^\.ci\/|Dockerfile/.test(file));
  const missing = texts
    // This file names documents that are missing, and so do tests whose folders are made up.
    .filter((file) => file !== 'packages/local/src/documents.test.ts' && !file.endsWith('pnpm-lock.yaml'))
    .flatMap((file) =>
      [...readTracked(file).matchAll(/[\w@/.-]*[\w-]+\.md\b/g)]
        .map(([cited]) => cited)
        .filter((cited) => !names.has(cited.split('/').at(-1)) || /(^|\/)shared\//.test(cited))
        .map((cited) => `${file} cites ${cited}`),
    );
  expect(missing).toEqual([]);
});

describe('docs/configuration.md', () => {
  const rows = readTracked('docs/configuration.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const documented = rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, it]) => it));
  const configs = trackedFiles('services', 'packages/runtime/src').filter((file) =>
    /\/src\/.*(config|environment|-env)\.ts$/.test(file),
  );
  const read = configs.flatMap((file) =>
    [...readTracked(file).matchAll(/^ {2}([A-Z][A-Z0-9]*_[A-Z0-9_]+):/gm)].map(([, name]) => name),
  );

  it('has every variable that a service reads', () => {
    expect(read.length).toBeGreaterThan(70);
    expect([...new Set(read)].filter((name) => !documented.includes(name))).toEqual([]);
  });

  it('has no variable that nothing reads', () => {
    const elsewhere = trackedFiles(
      'services/gateway/src',
      'services/worker/src',
      'packages/runtime/src',
      'packages/local/src',
    )
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map(readTracked)
      .join('\n');
    expect(documented.filter((name) => !new RegExp(`\\b${name}\\b`).test(elsewhere))).toEqual([]);
  });

  it('has the variables of .env.example, and no other', () => {
    const offered = [...readTracked('.env.example').matchAll(/^# ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(offered.sort()).toEqual([...documented].sort());
  });

  it('has each variable once', () => {
    expect(documented.filter((name, index) => documented.indexOf(name) !== index)).toEqual([]);
  });
});

describe('docs/data.md', () => {
  it('states for every table what is in it and how long it is kept', () => {
    const sources = trackedFiles('services', 'packages')
      .filter((file) => /\/(migrations|src)\/.*\.ts$/.test(file) && !file.endsWith('.test.ts'))
      .map(readTracked);
    const tables = sources.flatMap((source) =>
      [...source.matchAll(/createTable(?:IfMissing)?\((?:\{[^}]*\}, )?'(\w+)'/g)].map(([, table]) => table as string),
    );
    expect(tables).toEqual(expect.arrayContaining(['users', 'mails', 'deliveries', 'job_locks']));
    const rows = readTracked('docs/data.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(tables.filter((table) => !rows.some((row) => row.includes(`\`${table}\``)))).toEqual([]);
  });
});
