import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readTracked, trackedFiles } from './testing/tracked-files.ts';

interface Service {
  image: string;
  build?: { pull?: boolean };
}

const { services } = parse(readTracked('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };
const runbook = readTracked('docs/runbook.md');
const alerts = trackedFiles('services/prometheus/rules').map(readTracked).join('\n');
const everywhere = trackedFiles()
  .filter((file) => !file.endsWith('.test.ts'))
  .map(readTracked)
  .join('\n');

/** Each `docker compose VERB …` up to the end of what is code, or of what an alert quotes. */
function composeCommands(text: string): { verb: string; rest: string }[] {
  const found = text.matchAll(/docker compose ([a-z]+)([^`\n#,"]*)/g);
  return [...found].map(([, verb = '', rest = '']) => ({ verb, rest: rest.trim() }));
}

function section(name: string): string {
  return runbook.split(/^## /m).find((text) => text.startsWith(`${name}\n`)) ?? '';
}

describe('what one is told to do with compose', () => {
  const remedies = composeCommands(`${runbook}\n${alerts}`);
  const ups = remedies.filter(({ verb }) => verb === 'up');

  it('runs a command without making anew what its service depends on, ElasticMQ with its messages among it', () => {
    const runs = [...everywhere.matchAll(/docker\s+compose\s+run\s+([^`\n]+)/g)].map(([, words = '']) => words);
    expect(runs.length).toBeGreaterThan(5);
    expect(runs.filter((words) => !words.startsWith('--rm --no-deps '))).toEqual([]);
  });

  it('touches nothing but what it is about', () => {
    expect(ups.length).toBeGreaterThan(4);
    // Attached, the Ctrl-C with which somebody leaves it would end the stack.
    expect(ups.filter(({ rest }) => !/^-d .*--no-(deps|recreate)\b/.test(rest))).toEqual([]);
    const ended = remedies.filter(({ verb }) => /^(kill|stop)$/.test(verb));
    expect(ended.filter(({ rest }) => !/(gateway|worker)$/.test(rest))).toEqual([]);
    const scaling = composeCommands(everywhere).filter(({ rest }) => rest.includes('--scale'));
    expect(scaling.length).toBeGreaterThan(2);
    for (const { rest } of scaling) expect(rest).toMatch(/^-d --no-deps --no-recreate --scale (\w+)=\w+ \1$/);
  });

  it('names only services of the compose file', () => {
    const named = remedies.flatMap(({ verb, rest }) => {
      if (/^(cp|ps)$/.test(verb)) return [];
      const words = rest.replace(/(--tail|--scale|-s) \S+|\{\{.*?\}\}/g, '').match(/(?<=^| )[^-\s]\S*/g) ?? [];
      return /^(run|exec)$/.test(verb) ? words.slice(0, 1) : words;
    });
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !Object.hasOwn(services, name))).toEqual([]);
  });

  it('builds a release before it runs anything of it, on the bases of the day', () => {
    const deploy = section('Deploy');
    expect(composeCommands(deploy).find(({ verb }) => /^(build|run|up)$/.test(verb))?.verb).toBe('build');
    expect(deploy.indexOf('POSTERN_RELEASE=')).toBeLessThan(deploy.indexOf('docker compose build'));
    const built = Object.entries(services).filter(([, { build }]) => build !== undefined);
    expect(built.length).toBeGreaterThan(1);
    expect(built.filter(([, { build }]) => build?.pull !== true)).toEqual([]);
  });

  it('brings each image up to date that is not built here, but that of ElasticMQ, which forgets what it holds', () => {
    const foreign = Object.keys(services).filter((name) => !services[name]?.build && name !== 'elasticmq');
    const pulled = composeCommands(section('Deploy'))
      .find(({ verb }) => verb === 'pull')
      ?.rest.split(' ');
    expect(pulled?.sort()).toEqual(foreign.sort());
  });

  it('takes the secrets out and puts them back as tars, in which they stay those of root', () => {
    const copies = composeCommands(everywhere).filter(({ verb, rest }) => verb === 'cp' && rest.includes('secrets:'));
    expect(copies.length).toBeGreaterThan(4);
    expect(copies.filter(({ rest }) => !/^(secrets:\S+ - [>|]|- secrets:\S+( <|$))/.test(rest))).toEqual([]);
  });
});

describe('a command of the runbook', () => {
  it('puts one database back and leaves the other alone', () => {
    const dumped = [...runbook.matchAll(/mysqldump [^|]*--databases ([^|]+?) *\|.*? (\S+)$/gm)];
    expect(dumped.map(([, databases, file]) => [databases, file])).toEqual([
      ['gateway', 'gateway.sql.gz'],
      ['worker', 'worker.sql.gz'],
    ]);
    for (const [line] of dumped) expect(line).toContain('--add-drop-database');
    const restored = [...runbook.matchAll(/^gunzip -t (\S+) && gunzip -c (\S+) \|/gm)];
    expect(restored.map(([, tested, file]) => [tested, file])).toEqual(dumped.map(([, , file]) => [file, file]));
  });

  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'postern-runbook-'));
    mkdirSync(join(folder, 'bin'));
    program('git', 'echo 1a2b3c4');
    program('date', 'echo 20260131-1000');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A stand-in for a program that the command calls. */
  function program(name: string, script: string): void {
    writeFileSync(join(folder, 'bin', name), `#!/usr/bin/env bash\n${script}\n`, { mode: 0o755 });
  }

  function sh(command: string): number | null {
    const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
    return spawnSync('sh', ['-c', command], { cwd: folder, env }).status;
  }

  it('adds a line to .env whatever the last one ends with, with a name for each build of a commit', () => {
    const commands = runbook.match(/^.* >> \.env\b/gm) ?? [];
    expect(commands.length).toBeGreaterThan(1);
    writeFileSync(join(folder, '.env'), 'SMTP_URL=smtp://mail.example:587');
    for (const command of commands) expect(sh(command)).toBe(0);
    expect(parseEnv(readFileSync(join(folder, '.env'), 'utf8'))).toEqual({
      SMTP_URL: 'smtp://mail.example:587',
      WORKERS: '5',
      POSTERN_RELEASE: '20260131-1000-1a2b3c4',
    });
  });

  it('backs up for its owner alone, and keeps the backup before where one breaks off', () => {
    const [, block = ''] = /^```sh\n([\s\S]*?)^```/m.exec(section('Back up')) ?? [];
    const lines = block.trim().split('\n');
    const [umask = '', dump = '', ofWorker = '', secrets = ''] = lines;
    expect(lines).toHaveLength(4);
    // `compose exec -T mysql` runs the rest in a container; what is copied out of one comes from the engine.
    program('docker', 'if [ "$2" = exec ]; then shift 4; exec "$@"; fi; mysqldump');
    program('mysqldump', 'for name; do :; done; echo "all of $name"');
    expect([dump, ofWorker, secrets].map((line) => sh(`${umask}; ${line}`))).toEqual([0, 0, 0]);
    program('mysqldump', 'echo half; exit 3');
    expect([dump, ofWorker, secrets].map(sh)).not.toContain(0);
    for (const name of ['gateway', 'worker'])
      expect(gunzipSync(readFileSync(join(folder, `${name}.sql.gz`))).toString()).toBe(`all of ${name}\n`);
    expect(readFileSync(join(folder, 'made.tar'), 'utf8')).toMatch(/^all of/);
    for (const file of ['gateway.sql.gz', 'worker.sql.gz', 'made.tar'])
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });
});
