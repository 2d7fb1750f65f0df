import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { repositoryRoot } from './repository.ts';

interface Workflow {
  on: { schedule?: { cron: string }[]; push?: { tags: string[] } };
  jobs: Record<
    string,
    { uses?: string; needs?: string; with?: unknown; permissions?: unknown; steps?: { run?: string }[] }
  >;
}

const workflow = (name: string) =>
  parse(readFileSync(join(repositoryRoot, `.github/workflows/${name}.yml`), 'utf8')) as Workflow;
const [bases, images] = [workflow('bases'), workflow('images')];

const days = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString();
/** As Docker prints it. */
const today = () => days(0).replace('Z', '123456Z');
const release = (version: string, security = false) => ({ version, date: '2026-03-24', security, lts: false });
const index = [release('v27.0.0', true), release('v26.1.1', true), release('v26.1.0'), release('v26.0.9', true)];

function judge(version: string, created: string, input = JSON.stringify(index)) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['.ci/bases.ts', version, created], {
    cwd: repositoryRoot,
    input,
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

describe('an image', () => {
  it.each([
    [
      'has a hole that a later Node.js closes, however young it is',
      'v26.1.0',
      today(),
      1,
      /v26\.1\.1 .* runs v26\.1\.0/,
    ],
    [
      'says where a version without the hole is looked for',
      'v26.0.0',
      today(),
      1,
      /--pull always gcr\.io\/\S+nodejs26\S+ --version/,
    ],
    ['has none with the newest security release', 'v26.1.1', today(), 0, /^$/],
    ['has none with a version after it, compared by numbers', 'v26.10.0', today(), 0, /^$/],
    ['is too old after a month, as Debian has fixes as well', 'v26.1.1', days(32), 1, /built on .* Debian's fixes/],
    ['is too old where its time is that of a base that has none', 'v26.1.1', '1970-01-01T00:00:00Z', 1, /1970-01-01/],
  ])('%s', (_what, version, created, status, said) => {
    const judged = judge(version, created);
    expect(judged).toEqual({ status, said: expect.stringMatching(said) });
  });

  it.each([
    ['a Node.js that the index does not know', 'v28.0.0', today(), JSON.stringify(index), /no release 28/],
    ['no version', '', today(), JSON.stringify(index), /"" is no version/],
    ['an odd version', 'v26.1', today(), JSON.stringify(index), /"v26\.1" is no version/],
    ['a version before a release', 'v26.1.1-rc.1', today(), JSON.stringify(index), /is no version/],
    ['words in the place of a version', 'exec: no such file', today(), JSON.stringify(index), /is no version/],
    ['no time', 'v26.1.1', '', JSON.stringify(index), /"" is no time/],
    ['a time that there is not', 'v26.1.1', '2026-13-01T00:00:00Z', JSON.stringify(index), /is no time/],
    ['an index that was not reached', 'v26.1.1', today(), '', /no JSON \(0 characters\)/],
    ['a page in the place of the index', 'v26.1.1', today(), '<html>Not now</html>', /no JSON/],
    ['an index that broke off', 'v26.1.1', today(), JSON.stringify(index).slice(0, 90), /no JSON/],
    ['an index without a list', 'v26.1.1', today(), '{"message":"moved"}', /another form/],
    ['an index that does not say what is a security release', 'v26.1.1', today(), '[{"version":"v26.1.1"}]', /form/],
    ['an empty index', 'v26.1.1', today(), '[]', /no release 26/],
  ])('is never taken for a good one by %s', (_what, version, created, input, said) => {
    expect(judge(version, created, input)).toEqual({ status: 2, said: expect.stringMatching(said) });
  });
});

describe('the workflow `bases`', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'postern-bases-'));
    symlinkSync(join(repositoryRoot, '.ci'), join(folder, '.ci'));
    git('init', '--quiet');
    git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--allow-empty', '-m', 'first');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function git(...words: string[]) {
    expect(spawnSync('git', words, { cwd: folder, encoding: 'utf8' })).toMatchObject({ status: 0 });
  }

  /** Its last step as GitHub runs it, with a registry that has these images and an index that has been reached. */
  function run({ has = {} as Record<string, string>, reached = true, asked = '' } = {}) {
    const docker = Object.entries(has).map(([image, version]) => {
      const words = `"pull --quiet ${image}") ;; "run --rm --entrypoint /nodejs/bin/node ${image} --version") echo ${version} ;;`;
      return `${words} "image inspect --format {{ .Created }} ${image}") echo ${today()} ;;`;
    });
    const programs = {
      docker: `case "$*" in ${docker.join(' ')} *) echo "docker: no $*" >&2; exit 1 ;; esac`,
      curl: reached ? `cat <<'END'\n${JSON.stringify(index)}\nEND` : 'echo "Could not resolve host" >&2; exit 6',
    };
    for (const [name, script] of Object.entries(programs))
      writeFileSync(join(folder, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
    const step = bases.jobs.images?.steps?.at(-1)?.run ?? '';
    const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step], {
      cwd: folder,
      env: {
        PATH: [folder, dirname(process.execPath), process.env.PATH].join(delimiter),
        ...{ GITHUB_REPOSITORY: 'Owner/Product', SERVICE: 'gateway', RELEASE: asked },
      },
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  }
  const image = (tag: string) => `ghcr.io/owner/product-gateway:${tag}`;

  it('asks each day', () => {
    expect(bases.on.schedule).toEqual([{ cron: expect.stringMatching(/ \* \* \*$/) }]);
  });

  it('fails on a release that was made after the hole was closed, and has it', () => {
    git('tag', 'v1.2.3');
    expect(run({ has: { [image('v1.2.3')]: 'v26.1.0' } })).toEqual({
      status: 1,
      said: expect.stringContaining('Node.js v26.1.1'),
    });
  });

  it('asks for the highest version, whatever times its tags have, and for none that comes before a release', () => {
    for (const tag of ['v1.10.0', 'v1.9.0', 'v2.0.0-rc.1']) git('tag', tag);
    expect(run({ has: { [image('v1.10.0')]: 'v26.1.1' } })).toEqual({ status: 0, said: '' });
  });

  it('asks for the release that `images` has just made, once it is out', () => {
    git('tag', 'v1.2.3');
    expect(run({ asked: 'v1.2.4-rc.1', has: { [image('v1.2.4-rc.1')]: 'v26.1.1' } }).status).toBe(0);
    expect(Object.values(images.jobs).filter(({ uses }) => uses === './.github/workflows/bases.yml')).toEqual([
      {
        ...{ uses: expect.anything(), needs: 'publish', with: { release: expect.stringContaining('github.ref_name') } },
        permissions: bases.jobs.images?.permissions,
      },
    ]);
  });

  it.each([
    ['has no such image', {}, /docker: no pull/],
    ['gives an image that runs no Node.js', { has: { [image('v1.2.3')]: 'sh: not found' } }, /is no version/],
    ['is there, and the index of Node.js is not', { has: { [image('v1.2.3')]: 'v26.1.1' }, reached: false }, /no JSON/],
  ])('fails where the registry %s', (_what, outside, said) => {
    git('tag', 'v1.2.3');
    const { status, said: words } = run(outside);
    expect(status).not.toBe(0);
    expect(words).toMatch(said);
  });

  it('asks for nothing before the first release', () => {
    expect(run()).toEqual({ status: 0, said: 'Nothing has been released.\n' });
  });
});
