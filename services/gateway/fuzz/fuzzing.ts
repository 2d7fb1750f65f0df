import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@postern/runtime';
import { FuzzedGateway } from './fuzzed-gateway.ts';

export const ROLES = ['nobody', 'user', 'admin'] as const;

type Role = (typeof ROLES)[number];

/** What is run, and with which programs. */
export interface FuzzingOptions {
  schemathesis: string;
  validator: string;
  /** Of each operation. */
  examples: number;
  seed: number;
  /** Default: all. */
  role?: Role | undefined;
  /** Of schemathesis, by comma. */
  checks: string;
  /** By id. Default: all. */
  operation: readonly string[];
}

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
const SESSION_MODE = '#/components/parameters/SessionMode';
/** Those among them that end nothing. */
const READS = ['refresh', 'listSessions', 'listUsers', 'getUserById', 'getUserRoles'];

/** Runs schemathesis against a gateway of its own. */
export class Fuzzing {
  readonly #options: FuzzingOptions;
  readonly #gateway: FuzzedGateway;
  /** Schemathesis writes a folder of its own where it runs. */
  readonly #cwd: string;
  /** What is fuzzed: the description as the gateway serves it, closed. */
  readonly #description: string;

  private constructor(options: FuzzingOptions, gateway: FuzzedGateway, cwd: string) {
    this.#options = options;
    this.#gateway = gateway;
    this.#cwd = cwd;
    this.#description = join(cwd, 'openapi.json');
  }

  /** How many runs have failed. @throws UsageError for an operation that there is not */
  static async run(options: FuzzingOptions): Promise<number> {
    const gateway = await FuzzedGateway.start();
    const cwd = mkdtempSync(join(tmpdir(), 'postern-fuzz-'));
    try {
      const fuzzing = new Fuzzing(options, gateway, cwd);
      let failed = await fuzzing.#validate();
      for (const role of options.role ? [options.role] : ROLES) failed += await fuzzing.#fuzz(role);
      return failed;
    } finally {
      await gateway.stop();
      rmSync(cwd, { recursive: true });
    }
  }

  /** Whether the description is one, by the schema of OpenAPI 3.1. */
  async #validate(): Promise<number> {
    const text = await (await fetch(`${this.#gateway.url}/openapi.json`)).text();
    const described = JSON.parse(text);
    requireOperations(described, this.#options.operation);
    writeFileSync(this.#description, text);
    const failed = await this.#start(this.#options.validator, [this.#description]);
    writeFileSync(this.#description, JSON.stringify(closed(withoutSessionMode(described))));
    return failed;
  }

  async #fuzz(role: Role): Promise<number> {
    console.log(`\n--- ${role}`);
    const { operation } = this.#options;
    const signIn = async () => (role === 'nobody' ? undefined : this.#gateway.signIn(role));
    if (operation.length > 0) return this.#run(await signIn(), include(operation));
    if (role === 'nobody') return this.#run(undefined, []);
    const token = await this.#gateway.signIn(role);
    const endings = ENDINGS.flat().filter((id) => !READS.includes(id));
    let failed = await this.#run(
      token,
      endings.flatMap((id) => ['--exclude-operation-id', id]),
    );
    await this.#gateway.requireSignedIn(token);
    for (const group of ENDINGS) {
      const phases = group.length === 1 ? ['--phases', 'examples,coverage,fuzzing'] : [];
      failed += await this.#run(await this.#gateway.signIn(role), [...include(group), ...phases]);
    }
    return failed;
  }

  #run(token: string | undefined, filters: string[]): Promise<number> {
    const { checks, examples, seed } = this.#options;
    const args = [
      ...['run', this.#description, '--url', this.#gateway.url],
      ...['--checks', checks, '--max-examples', String(examples), '--seed', String(seed)],
      ...['--generation-database', 'none', '--request-timeout', '10', '--max-failures', '20', '--no-color'],
      ...(token === undefined ? [] : ['--header', `Authorization: Bearer ${token}`]),
      ...filters,
    ];
    return this.#start(this.#options.schemathesis, args);
  }

  #start(command: string, args: string[]): Promise<number> {
    const child = spawn(command, args, { stdio: 'inherit', cwd: this.#cwd });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 1));
    });
  }
}

function requireOperations(
  { paths }: { paths: Record<string, Record<string, { operationId?: string }>> },
  wanted: readonly string[],
) {
  const known = Object.values(paths).flatMap((path) =>
    Object.values(path).flatMap(({ operationId }) => operationId ?? []),
  );
  const faults = wanted.filter((id) => !known.includes(id));
  if (faults.length === 0) return;
  throw new UsageError(`--operation: no operation is called ${faults.join(', ')}; expected ${known.sort().join(', ')}`);
}

/** Most requests would be refused with it and end there: programs have no origin. */
function withoutSessionMode(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.filter((child) => child?.$ref !== SESSION_MODE).map(withoutSessionMode);
  return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, withoutSessionMode(child)]));
}

/** Fields that nobody knows are refused, which the description leaves open for the sake of generated clients. */
function closed(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map(closed);
  const copy = Object.fromEntries(Object.entries(node).map(([name, child]) => [name, closed(child)]));
  return copy.type === 'object' && copy.properties ? { additionalProperties: false, ...copy } : copy;
}

function include(operations: readonly string[]): string[] {
  return operations.flatMap((id) => ['--include-operation-id', id]);
}
