// Makes clients of the API's description with generators that others keep, and signs in with each: `check.ts go OAPI-CODEGEN java JARS`.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { EMAIL, FuzzedGateway, PASSWORD } from '../../services/gateway/fuzz/fuzzed-gateway.ts';

/** How a client is made by the tool that is given, compiled and run in a folder of its own. Returns what it printed. */
const clients: Record<string, (tool: string, folder: string) => string> = {
  go(oapiCodegen, folder) {
    mkdirSync(join(folder, 'postern'));
    const made = join(folder, 'postern', 'postern.gen.go');
    run(folder, oapiCodegen, ['-generate', 'types,client', '-package', 'postern', '-o', made, description]);
    return run(folder, 'go', ['run', '.']);
  },
  python(python, folder) {
    const args = ['-m', 'openapi_python_client', 'generate', '--path', description, '--meta', 'none'];
    run(folder, python, [...args, '--output-path', join(folder, 'postern')]);
    return run(folder, python, ['sign_in.py']);
  },
  java(jars, folder) {
    const classPath = ['-cp', join(jars, '*')];
    const packages = 'invokerPackage=postern,apiPackage=postern.api,modelPackage=postern.model';
    run(folder, 'java', [
      ...[...classPath, 'org.openapitools.codegen.OpenAPIGenerator', 'generate', '-i', description, '-o', 'made'],
      // It does not know version 3.1.1 of the format; the optional values of its own are another package's.
      ...['-g', 'java', '--library', 'native', '--skip-validate-spec'],
      ...['--additional-properties', `${packages},openApiNullable=false`],
      ...['--global-property', 'apiTests=false,modelTests=false,apiDocs=false,modelDocs=false'],
    ]);
    const sources = globSync('made/src/main/**/*.java', { cwd: folder });
    run(folder, 'javac', ['-nowarn', '-proc:none', ...classPath, '-d', 'classes', 'SignIn.java', ...sources]);
    return run(folder, 'java', ['-cp', `classes${delimiter}${join(jars, '*')}`, 'SignIn']);
  },
};

const here = import.meta.dirname;
const given = process.argv.slice(2);

const gateway = await FuzzedGateway.start();
const root = mkdtempSync(join(tmpdir(), 'postern-clients-'));
const description = join(root, 'openapi.json');
let failed = 0;
try {
  writeFileSync(description, await (await fetch(`${gateway.url}/openapi.json`)).text());
  for (let at = 0; at < given.length; at += 2) {
    const [language = '', tool = ''] = given.slice(at, at + 2);
    const folder = join(root, language);
    cpSync(join(here, language), folder, { recursive: true });
    check(language, () => clients[language]?.(tool, folder) ?? 'nothing: there is no such client');
  }
} finally {
  await gateway.stop();
  rmSync(root, { recursive: true });
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
