import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

const here = import.meta.dirname;

interface Rules {
  groups: { rules: Record<string, unknown>[] }[];
}

/**
 * Runs alerts.yml against the rules by `promtool test rules`. promtool wants the text of each annotation repeated in each case; that
 * says nothing about when an alert fires, so the rules are given to it without.
 *
 * @returns what it said, and its exit code; 127 where there is no promtool
 */
export function testRules(cases = readFileSync(join(here, 'alerts.yml'), 'utf8')): { code: number; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'postern-alerts-'));
  try {
    const groups = globSync(join(here, '../rules/*.yml')).flatMap(
      (file) => (parse(readFileSync(file, 'utf8')) as Rules).groups,
    );
    for (const rule of groups.flatMap(({ rules }) => rules)) delete rule.annotations;
    writeFileSync(join(folder, 'rules.yml'), stringify({ groups }));
    writeFileSync(join(folder, 'alerts.yml'), cases);
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'alerts.yml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { code: status ?? 127, output: `${stdout ?? ''}${stderr ?? ''}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const { code, output } = testRules();
  process.stdout.write(output);
  process.exitCode = code;
}
