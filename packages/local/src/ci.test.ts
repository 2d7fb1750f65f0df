import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isAlive } from './playground/home.ts';
import { repositoryRoot } from './repository.ts';

const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');
const [run, check, workflow] = [read('.ci/run'), read('.ci/check'), read('.github/workflows/ci.yml')];
const workflows = readdirSync(join(repositoryRoot, '.github/workflows')).map((file) =>
  read(`.github/workflows/${file}`),
);

interface Job {
  permissions?: Record<string, string>;
  needs?: string;
  steps: { run?: string }[];
}

describe('CI', () => {
  it('has one list of checks, which .ci/run and the workflow both go through', () => {
    for (const list of ['quick_checks', 'fuzzing', 'generated_clients', 'checks_with_tools']) {
      expect(run).toMatch(new RegExp(`^${list}$`, 'm'));
      expect(check).toMatch(new RegExp(`^${list}$`, 'm'));
    }
    expect(workflow).toContain('run: .ci/check\n');
    for (const script of ['.ci/containers/run', 'npx -y pnpm@12 test']) {
      expect(run).toContain(script);
      expect(workflow).toContain(script);
    }
  });

  it('leaves nothing out of `check` but what has to be installed, and the tests of whole systems', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect(scripts.check).toBe(`${scripts.lint} && ${scripts.types} && ${scripts.test} --embedded`);
  });

  it('ends what a step has started, and its last line is the sum, when it is ended itself', async () => {
    const script = `CI_LOGS=$(mktemp -d); source .ci/steps.sh; report_at_end
      step good true
      step long bash -c 'setsid sleep 600 & echo started $!; wait'
      FINISHED=yes`;
    const child = spawn('bash', ['-c', script], { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const started = () => Number(/^started (\d+)$/m.exec(output)?.[1]);
    await expect.poll(started).toBeGreaterThan(0);
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    expect([code, output.trimEnd().split('\n').at(-1)]).toEqual([1, '1 passed, 1 failed']);
    // Its parent has gone, so it is up to the system when it forgets it.
    await expect.poll(() => isAlive(started())).toBe(false);
  });

  it('fails in the workflow where this machine cannot do a step, which a developer is told was skipped', () => {
    const sum = (env: NodeJS.ProcessEnv) =>
      spawnSync(
        'bash',
        ['-c', 'CI_LOGS=$(mktemp -d); source .ci/steps.sh; step tried bash -c "exit 75"; rm -rf "$CI_LOGS"; sum_up'],
        { cwd: repositoryRoot, env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' },
      )
        .stdout.trimEnd()
        .split('\n')
        .at(-1);
    expect(sum({ GITHUB_ACTIONS: 'true' })).toBe('0 passed, 1 failed');
    expect(sum({})).toBe('0 passed, 0 failed, 1 skipped');
  });

  it('runs the checks of each commit of main, and of the newest of a pull request', () => {
    const { concurrency } = parse(workflow) as { concurrency: { group: string } };
    expect(concurrency.group).toContain("github.event_name == 'pull_request' && github.ref || github.sha");
  });

  it('is proposed nothing younger than what pnpm takes', () => {
    const { minimumReleaseAge } = parse(read('pnpm-workspace.yaml')) as { minimumReleaseAge: number };
    const { updates } = parse(read('.github/dependabot.yml')) as { updates: { cooldown?: Record<string, number> }[] };
    const days = updates.map(({ cooldown }) => cooldown?.['default-days']);
    expect(new Set(days)).toEqual(new Set([minimumReleaseAge / (24 * 60)]));
  });

  it('builds a tool again whose version was raised', () => {
    const home = mkdtempSync(join(tmpdir(), 'postern-tools-'));
    try {
      const go = `#!/bin/sh\n[ "$1" = version ] && printf '\\tmod\\tgithub.com/a/tool\\tv1.2.3\\th1:x=\\n' || echo "built $*"\n`;
      writeFileSync(join(home, 'go'), go, { mode: 0o755 });
      const install = (version: string) =>
        spawnSync(
          'bash',
          ['-c', `source .ci/steps.sh; source .ci/install.sh; install_go_tool tool github.com/a/tool@${version}`],
          {
            cwd: repositoryRoot,
            env: { PATH: `${home}${delimiter}${process.env.PATH}`, HOME: home },
            encoding: 'utf8',
          },
        ).stdout.trim();
      expect(install('v1.2.3')).toBe('tool: there.');
      expect(install('v1.2.30')).toBe('built install -p 2 github.com/a/tool@v1.2.30');
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  it('has the version of each tool in one place', () => {
    expect(workflow).not.toMatch(/go install/);
    expect(run + check).not.toMatch(/@v\d/);
    const image = /image: caddy:([\d.]+)/.exec(read('docker-compose.yml'))?.[1];
    expect(read('.ci/install.sh')).toContain(`CADDY_VERSION=v${image}.`);
  });

  it('runs actions of one commit each, which get no token of the repository, and builds images by one version of pnpm', () => {
    const actions = [...workflows.join('\n').matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    // A workflow of this repository is that of the commit that runs.
    const others = actions.filter((action) => !action?.startsWith('./.github/workflows/'));
    expect(others.filter((action) => !/@[0-9a-f]{40}$/.test(action ?? ''))).toEqual([]);
    const checkouts = workflows.flatMap((text) => text.split('uses: actions/checkout@').slice(1));
    expect(checkouts.filter((step) => !/^[^\n]*\n\s+with: \{ persist-credentials: false[, ]/.test(step))).toEqual([]);
    for (const service of ['gateway', 'worker']) {
      const versions = [...read(`services/${service}/Dockerfile`).matchAll(/pnpm@(\S+)/g)].map(
        ([, version]) => version,
      );
      expect(new Set(versions).size, service).toBe(1);
      expect(versions[0]).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  it('runs nothing of a dependency where something may be published', () => {
    const publishing = workflows
      .map((text) => parse(text) as { permissions?: Job['permissions']; jobs: Record<string, Job> })
      .flatMap(({ permissions, jobs }) => Object.values(jobs).map((job) => ({ permissions, ...job })))
      .filter(({ permissions = {} }) => Object.values(permissions).includes('write'));
    expect(publishing.length).toBeGreaterThan(1);
    const commands = publishing.flatMap(({ steps }) => steps.flatMap(({ run: command = '' }) => command));
    expect(
      commands.filter((command) => /\bnpx\b|\bpnpm\b|\bnpm (i|ci|install|run|test)\b|\.ci\//.test(command)),
    ).toEqual([]);
    // npm takes `folder/file` for a repository of GitHub's, which it fetches, and whose scripts it runs.
    expect(commands.join('\n')).toContain('for tarball in ./');
    expect(commands.join('\n').match(/npm publish.*/g)).toEqual([
      expect.stringMatching(/^npm publish "\$tarball" .*--ignore-scripts --allow-git=none$/),
    ]);
  });

  it('makes what it publishes where nothing has run but what the lockfile names', () => {
    const { jobs } = parse(read('.github/workflows/release.yml')) as { jobs: Record<string, Job> };
    const commands = ({ steps }: Job) => steps.flatMap(({ run = [] }) => run);
    const packing = Object.values(jobs).find((job) => commands(job).join().includes('.ci/published/pack'));
    expect(packing?.needs).toBe('checks');
    expect(packing && commands(packing)).toEqual([
      expect.stringMatching(/^npx -y pnpm@\d+\.\d+\.\d+ install --frozen-lockfile$/),
      'mkdir tarballs && .ci/published/pack tarballs',
    ]);
    expect(read('.ci/published/pack').match(/^(npx|npm) .*/gm)).toEqual([
      expect.stringMatching(/^npx -y pnpm@\d+\.\d+\.\d+ --recursive /),
    ]);
  });

  it('opens the ports of the compose file, and of what documents have one run, to this machine alone, unless somebody sets another address', () => {
    const compose = read('docker-compose.yml');
    const documents = readdirSync(join(repositoryRoot, 'docs')).filter((file) => file.endsWith('.md'));
    const commands = documents.flatMap((file) => read(`docs/${file}`).match(/docker run [^`\n]*/g) ?? []);
    const opened = commands.flatMap((command) => [...command.matchAll(/ -p (\S+)/g)].map(([, port = '']) => port));
    expect(opened.length).toBeGreaterThan(1);
    expect(opened.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    const published = [...compose.matchAll(/^ {4}ports: \[(.*)\]$/gm)].flatMap(([, list = '']) => list.split(','));
    expect(published.length).toBeGreaterThan(3);
    expect(published.filter((port) => !/^\s*'(127\.0\.0\.1|\$\{EDGE_HOST:-127\.0\.0\.1\}):/.test(port))).toEqual([]);
  });

  it('builds each image for a release of its own name, which the image says and which the one before it keeps', () => {
    const builds = [...workflows, run, read('.ci/containers/run')].flatMap((text) =>
      text.split(/docker (?:buildx )?build /).slice(1),
    );
    expect(builds.length).toBeGreaterThan(1);
    for (const build of builds) expect(build).toMatch(/^(?:[^\n]*\\\n)*[^\n]*--build-arg "?RELEASE=/);
    const compose = read('docker-compose.yml');
    for (const service of ['gateway', 'worker']) {
      expect(compose).toContain(`image: postern-${service}:\${POSTERN_RELEASE:-latest}\n`);
      expect(compose).toMatch(
        new RegExp(`services/${service}/Dockerfile, args: \\{ RELEASE: '\\$\\{POSTERN_RELEASE:-\\}' \\}`),
      );
      expect(
        read(`services/${service}/Dockerfile`)
          .split(/^FROM /m)
          .at(-1),
      ).toContain('ENV SERVICE_RELEASE=$RELEASE');
    }
  });

  it('keeps what documents have one write into this folder out of Git and out of images', () => {
    const written = [
      'audit.ndjson',
      'root.crt',
      'gateway.sql.gz',
      'new.sql.gz',
      'made.tar',
      'new.tar',
      'made/link_key',
      '.env',
      '.env.local',
      '.env.production',
    ];
    const state = [
      'services/aws/.terraform/x',
      'services/aws/terraform.tfstate',
      'services/aws/terraform.tfstate.backup',
    ];
    for (const path of [...written, ...state]) {
      const { status } = spawnSync('git', ['check-ignore', '-q', '--no-index', path], { cwd: repositoryRoot });
      expect(status, path).toBe(0);
      const patterns = read('.dockerignore')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'));
      const parents = path.split('/').map((_, index, all) => all.slice(0, index + 1).join('/'));
      expect(
        patterns.some((pattern) => parents.some((parent) => matchesGlob(parent, pattern))),
        path,
      ).toBe(true);
    }
    expect(spawnSync('git', ['check-ignore', '-q', '--no-index', '.env.example'], { cwd: repositoryRoot }).status).toBe(
      1,
    );
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
