import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from './repository.ts';

const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');
const [run, check, workflow] = [read('.ci/run'), read('.ci/check'), read('.github/workflows/ci.yml')];

describe('CI', () => {
  it('has one list of checks, which .ci/run and the workflow both go through', () => {
    for (const list of ['quick_checks', 'fuzzing', 'checks_with_tools']) {
      expect(run).toMatch(new RegExp(`^${list}$`, 'm'));
      expect(check).toMatch(new RegExp(`^${list}$`, 'm'));
    }
    expect(workflow).toContain('run: .ci/check\n');
    for (const script of ['.ci/containers/run', 'npx -y pnpm@12 test']) {
      expect(run).toContain(script);
      expect(workflow).toContain(script);
    }
  });

  it('says the version of a tool in one place', () => {
    expect(workflow).not.toMatch(/go install/);
    expect(run + check).not.toMatch(/@v\d/);
    const image = /image: caddy:([\d.]+)/.exec(read('docker-compose.yml'))?.[1];
    expect(read('.ci/install.sh')).toContain(`CADDY_VERSION=v${image}.`);
  });

  it("fails where the alerts or the edge cannot be checked, and skips them on a developer's machine", () => {
    const bare = mkdtempSync(join(tmpdir(), 'postern-bare-'));
    try {
      for (const program of ['bash', 'dirname', 'grep', 'node', 'id']) {
        const found = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
        symlinkSync(found.find((file) => existsSync(file)) as string, join(bare, program));
      }
      const operations = (env: NodeJS.ProcessEnv) =>
        spawnSync(join(bare, 'bash'), [join(repositoryRoot, '.ci/operations')], {
          env: { PATH: bare, HOME: bare, ...env },
          encoding: 'utf8',
        });
      const inCi = operations({ CI: 'true' });
      expect(inCi.status).toBe(1);
      for (const program of ['promtool', 'caddy']) expect(inCi.stdout).toMatch(new RegExp(`✗ .*no ${program} here`));
      expect(operations({}).stdout).toMatch(/- services\/prometheus\/rules: skipped, no promtool here/);
    } finally {
      rmSync(bare, { recursive: true, force: true });
    }
  });
});
