import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process above this one, as it was when it was looked up. */
export interface Ancestor {
  pid: number;
  /** Its own parent, which it loses when that one ends. */
  parent: number;
  /** The package manager that it is, `npx` say; none for a shell. */
  manager: string | undefined;
}

interface Listed {
  parent: number;
  /** Its arguments, by spaces. */
  command: string;
}

const managers =
  /^(\S*\/)?(node(\.exe)?\s+(-\S+\s+)*\S*\/)?(?<name>npm|npx|pnpm|pnpx|yarn|corepack)(-cli)?(\.c?js|\.mjs)?(\s|$)/;
const shells = /^-?(\S*\/)?(sh|dash|bash|ash|zsh)(\s|$)/;

/**
 * The processes between the command that a person typed (`npx -y pnpm@12 start`) and this one, nearest first: npx runs a
 * shell, that runs pnpm, and that runs another shell. It ends at the uppermost package manager; what started that one, a
 * terminal or a supervisor, is not asked. The direct parent is always in it.
 */
export function lineage(look = lookUp, parent = process.ppid): Ancestor[] {
  const chain: Ancestor[] = [];
  for (let pid = parent; pid > 1; ) {
    const found = look(pid);
    const manager = managers.exec(found?.command ?? '')?.groups?.name;
    if (chain.length > 0 && manager === undefined && !shells.test(found?.command ?? '')) break;
    chain.push({ pid, parent: found?.parent ?? 0, manager });
    pid = found?.parent ?? 0;
  }
  const uppermost = chain.findLastIndex(({ manager }) => manager !== undefined);
  return chain.slice(0, Math.max(1, uppermost + 1));
}

/** The process of that id in the system's list; undefined where there is none, or no list that could be read. */
export function lookUp(pid: number): Listed | undefined {
  try {
    if (process.platform === 'linux') {
      // The name, in brackets, may itself hold brackets and spaces.
      const [, parent = ''] = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '').split(' ');
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return { parent: Number(parent), command };
    }
    const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
    const [, parent, command = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    return parent === undefined ? undefined : { parent: Number(parent), command };
  } catch {
    // Windows has neither; a container may hide both.
    return undefined;
  }
}
