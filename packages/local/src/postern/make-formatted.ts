import { formatFiles } from '../format-files.ts';
import type { Terminal } from '../terminal.ts';
import type { Kind, MakeOptions } from './kinds.ts';
import { make } from './make.ts';

/** As `make`, formatted: lines are as long as the names in them. */
export function makeFormatted(kind: Kind, name: string, terminal: Terminal, root: string, options?: MakeOptions): void {
  const files = make(kind, name, terminal, root, options);
  formatFiles(
    [...new Set(files)].filter((file) => file.endsWith('.ts')),
    root,
  );
}
