import { formatFiles } from '../format-files.ts';
import type { Terminal } from '../terminal.ts';
import { failingAlertCases } from './failing-alert-cases.ts';
import type { Kind, MakeOptions } from './kinds.ts';
import { make } from './make.ts';

/** As `make`, formatted: lines are as long as the names in them. What an alert means is a guess, so its cases are tried. */
export function makeFormatted(
  kind: Kind,
  name: string | readonly string[],
  terminal: Terminal,
  root: string,
  options?: MakeOptions,
): void {
  const files = make(kind, name, terminal, root, options);
  formatFiles(
    [...new Set(files)].filter((file) => file.endsWith('.ts')),
    root,
  );
  const failing = kind === 'alert' ? failingAlertCases(root) : undefined;
  if (failing === undefined) return;
  terminal.warn(
    'Its case in services/prometheus/test/alerts.yml does not hold: write there when it fires. promtool says',
  );
  terminal.line(failing);
}
