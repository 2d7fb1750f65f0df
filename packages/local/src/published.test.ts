import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from './repository.ts';
import { trackedFiles } from './testing/tracked-files.ts';

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  exports: Record<string, string>;
  publishConfig?: { exports: Record<string, { types: string; default: string }> };
  dependencies?: Record<string, string>;
}

const json = (file: string) => JSON.parse(readFileSync(join(repositoryRoot, file), 'utf8'));
const manifests: (Manifest & { folder: string })[] = trackedFiles()
  .filter((file) => /^packages\/[^/]+\/package\.json$/.test(file))
  .map((file) => ({ folder: file.split('/')[1], ...json(file) }));
const published = manifests.filter((each) => !each.private);

describe('packages for others', () => {
  it.each(published)('$name exports, when it is installed, what its sources export', ({ exports, publishConfig }) => {
    const built = (source: string, ending: string) => source.replace('./src/', './dist/').replace(/\.ts$/, ending);
    const sources = Object.entries(exports).filter(([, source]) => source.startsWith('./src/'));
    expect(publishConfig?.exports).toEqual(
      Object.fromEntries(
        sources.map(([name, source]) => [name, { types: built(source, '.d.ts'), default: built(source, '.js') }]),
      ),
    );
  });

  it('depend on no package that others cannot install, and have one version', () => {
    const names = published.map(({ name }) => name);
    const needed = published.flatMap(({ dependencies = {} }) => Object.keys(dependencies));
    expect(needed.filter((name) => name.startsWith('@postern/') && !names.includes(name))).toEqual([]);
    expect(new Set(published.map(({ version }) => version)).size).toBe(1);
  });

  it('are built, packed and given their versions together: each list has all of them', () => {
    const folders = published.map(({ folder }) => folder).sort();
    const { references }: { references: { path: string }[] } = json('packages/tsconfig.build.json');
    expect(references.map(({ path }) => path.split('/')[1]).sort()).toEqual(folders);
    const pack = readFileSync(join(repositoryRoot, '.ci/published/pack'), 'utf8');
    expect(/^for name in (.*); do$/m.exec(pack)?.[1]?.split(' ').sort()).toEqual(folders);
    const { fixed } = json('.changeset/config.json') as { fixed: string[][] };
    expect(fixed[0]?.toSorted()).toEqual(published.map(({ name }) => name).toSorted());
  });
});
