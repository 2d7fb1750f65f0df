import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What promtool calls itself where there is none. */
const NOT_THERE = 127;

/** Runs the cases of all alerts. Returns what promtool says where some do not hold; undefined where all do, and where there is no promtool. */
export function failingAlertCases(root: string): string | undefined {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'services/prometheus/test/promtool.ts')], {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 || status === NOT_THERE ? undefined : `${stdout}${stderr}`.trim();
}
