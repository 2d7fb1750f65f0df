// Makes clients of the API's description with generators that others keep, and signs in with each.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMAIL, FuzzedGateway, PASSWORD } from '../../services/gateway/fuzz/fuzzed-gateway.ts';

const here = import.meta.dirname;
const [oapiCodegen = '', python = ''] = process.argv.slice(2);

const gateway = await FuzzedGateway.start();
const folder = mkdtempSync(join(tmpdir(), 'postern-clients-'));
let failed = 0;
try {
  const description = join(folder, 'openapi.json');
  writeFileSync(description, await (await fetch(`${gateway.url}/openapi.json`)).text());
  const go = join(folder, 'go');
  cpSync(join(here, 'go'), go, { recursive: true });
  cpSync(join(here, 'python'), join(folder, 'python'), { recursive: true });
  check('Go (oapi-codegen)', () => {
    mkdirSync(join(go, 'postern'));
    const made = join(go, 'postern', 'postern.gen.go');
    run(go, oapiCodegen, ['-generate', 'types,client', '-package', 'postern', '-o', made, description]);
    return run(go, 'go', ['run', '.']);
  });
  check('Python (openapi-python-client)', () => {
    const args = ['-m', 'openapi_python_client', 'generate', '--path', description, '--meta', 'none'];
    run(folder, python, [...args, '--output-path', join(folder, 'python', 'postern')]);
    return run(folder, python, [join(folder, 'python', 'sign_in.py')]);
  });
} finally {
  await gateway.stop();
  rmSync(folder, { recursive: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/** Prints whether the client that `signIn` makes and runs has printed who is signed in. */
function check(name: string, signIn: () => string): void {
  try {
    const printed = signIn().trim();
    if (printed !== EMAIL) throw new Error(`it printed ${printed}`);
    console.log(`✓ ${name}`);
  } catch (error) {
    failed += 1;
    console.error(`✗ ${name}: ${error instanceof Error ? error.message : error}`);
  }
}

/** What a program prints. @throws Error with what it complained of */
function run(cwd: string, command: string, args: string[]): string {
  const env = { ...process.env, GOFLAGS: '-mod=readonly', URL: gateway.url, EMAIL, PASSWORD };
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args[0]}: ${error?.message ?? stderr + stdout}`);
  return stdout;
}
