import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvFile } from 'node:process';
import { Fault, reasonOf } from './fault.ts';

/** In this order, as the first that sets a variable wins; what the shell has set comes before both. */
const files = ['.env.local', '.env'];

/** Adds the variables of `.env.local` and `.env` to the environment of this process. @throws Fault for a file that cannot be read */
export function readEnvFiles(root: string): void {
  for (const file of files.map((name) => join(root, name)).filter((path) => existsSync(path))) {
    try {
      loadEnvFile(file);
    } catch (error) {
      throw new Fault(`Cannot read ${file}: ${reasonOf(error)}`);
    }
  }
}
