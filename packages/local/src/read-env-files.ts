import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Fault, reasonOf } from './fault.ts';

/** In this order, as the first that sets a variable wins; what the shell has set comes before both. */
export const envFiles: readonly string[] = ['.env.local', '.env'];

/** An environment with the variables of `.env.local` and `.env` that it does not set itself. @throws Fault for a file that cannot be read */
export function withEnvFiles(root: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const all = { ...env };
  for (const file of envFiles.map((name) => join(root, name)).filter((path) => existsSync(path))) {
    try {
      for (const [name, value] of Object.entries(parseEnv(textOf(file)))) all[name] ??= value;
    } catch (error) {
      throw new Fault(`Cannot read ${file}: ${reasonOf(error)}`);
    }
  }
  return all;
}

/** Without the byte order mark that some editors write: it would be a part of the first variable's name. */
function textOf(file: string): string {
  return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
}
