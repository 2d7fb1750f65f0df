import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a command of a service. Its standard output. @throws Error with what it wrote when it does not exit with 0 */
export async function runToEnd(main: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { env: { PATH, HOME, ...env } });
  return stdout;
}
