import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FuzzedGateway } from './fuzzed-gateway.ts';

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'allow_header_conformance',
  'ignored_auth',
];

/**
 * Property-based tests of every operation, made by schemathesis from the description that the gateway serves: signed out, signed
 * in, and as administrator. `.ci/fuzz` installs schemathesis and starts this; it fails on an answer of 5xx, one whose status,
 * type, headers or body the description does not have, and on invalid requests that are accepted.
 */
const { values } = parseArgs({
  options: {
    schemathesis: { type: 'string', default: 'schemathesis' },
    validator: { type: 'string', default: 'openapi-spec-validator' },
    examples: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    role: { type: 'string' },
    checks: { type: 'string', default: CHECKS.join() },
    operation: { type: 'string', multiple: true },
  },
});

/** They end the session or the account that calls them, so each group has a run and a person of its own. */
const ENDINGS = [
  ['eraseUser'],
  ['logout'],
  ['logoutAll'],
  ['changePassword'],
  ['listSessions', 'endSession'],
  // Its tokens are the session's own: used twice, they end it.
  ['confirmPassword', 'refresh'],
  ['listUsers', 'getUserById', 'getUserRoles', 'disableUser', 'enableUser', 'setUserRoles', 'removeUserTwoFactor'],
];
/** Those among them that end nothing. */
const READS = ['refresh', 'listSessions', 'listUsers', 'getUserById', 'getUserRoles'];

const cwd = mkdtempSync(join(tmpdir(), 'postern-fuzz-'));

/** What is fuzzed: the description as the gateway serves it, closed. */
const description = join(cwd, 'openapi.json');

type Role = 'nobody' | 'user' | 'admin';

function run(gateway: FuzzedGateway, token: string | undefined, filters: string[]): Promise<number> {
  const args = [
    ...['run', description, '--url', gateway.url],
    ...['--checks', values.checks, '--max-examples', values.examples, '--seed', values.seed],
    ...['--generation-database', 'none', '--request-timeout', '10', '--max-failures', '20', '--no-color'],
    ...(token === undefined ? [] : ['--header', `Authorization: Bearer ${token}`]),
    ...filters,
  ];
  // It writes a folder of its own where it runs.
  return start(values.schemathesis, args);
}

function start(command: string, args: string[]): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', cwd });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Fields that nobody knows are refused, which the description leaves open for the sake of generated clients. */
function closed(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map(closed);
  const copy = Object.fromEntries(Object.entries(node).map(([name, child]) => [name, closed(child)]));
  return copy.type === 'object' && copy.properties ? { additionalProperties: false, ...copy } : copy;
}

/** Whether the description is one, by the schema of OpenAPI 3.1. */
async function validate(gateway: FuzzedGateway): Promise<number> {
  const text = await (await fetch(`${gateway.url}/openapi.json`)).text();
  writeFileSync(description, text);
  const failed = await start(values.validator, [description]);
  writeFileSync(description, JSON.stringify(closed(JSON.parse(text))));
  return failed;
}

async function fuzz(gateway: FuzzedGateway, role: Role): Promise<number> {
  console.log(`\n--- ${role}`);
  const signIn = async () => (role === 'nobody' ? undefined : gateway.signIn(role));
  if (values.operation) return run(gateway, await signIn(), include(values.operation));
  if (role === 'nobody') return run(gateway, undefined, []);
  const token = await gateway.signIn(role);
  const endings = ENDINGS.flat().filter((id) => !READS.includes(id));
  let failed = await run(
    gateway,
    token,
    endings.flatMap((id) => ['--exclude-operation-id', id]),
  );
  await gateway.requireSignedIn(token);
  for (const group of ENDINGS) {
    const phases = group.length === 1 ? ['--phases', 'examples,coverage,fuzzing'] : [];
    failed += await run(gateway, await gateway.signIn(role), [...include(group), ...phases]);
  }
  return failed;
}

function include(operations: readonly string[]): string[] {
  return operations.flatMap((id) => ['--include-operation-id', id]);
}

const gateway = await FuzzedGateway.start();
try {
  const roles: Role[] = values.role ? [values.role as Role] : ['nobody', 'user', 'admin'];
  let failed = await validate(gateway);
  for (const role of roles) failed += await fuzz(gateway, role);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await gateway.stop();
  rmSync(cwd, { recursive: true });
}
