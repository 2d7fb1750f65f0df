import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, Fault } from '../fault.ts';

/** What other commands (`demo`, `k6`, `postern`) need to know of a playground that runs. */
export interface PlaygroundState {
  pid: number;
  /** Process ids of the services. */
  services: { gateway?: number; worker?: number };
  started_at: string;
  urls: {
    gateway?: string;
    gateway_ops?: string;
    worker_ops?: string;
    console?: string;
    inbox?: string;
    smtp?: string;
    sqs?: string;
  };
  /** The environment of the services, so that their commands work on the same databases and queues. */
  env: { gateway: Record<string, string>; worker: Record<string, string> };
}

/** Secrets that a deployment is given; here they are made once and kept. */
const SECRETS = [
  'LINK_KEY',
  'KEY_ENCRYPTION_KEY',
  'GATEWAY_ENVELOPE_KEY',
  'WORKER_ENVELOPE_KEY',
  'RECIPIENT_KEY',
  'PEER_KEY',
] as const;
export type Secrets = Record<(typeof SECRETS)[number], string>;

/** The folder of all state: readable by its owner alone, since it holds mails, keys and password hashes. */
export class Home {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Makes the folder, or says why it cannot be used. */
  open(): void {
    try {
      mkdirSync(this.file('logs'), { recursive: true, mode: 0o700 });
      accessSync(this.path, constants.W_OK);
    } catch (error) {
      throw new Fault(
        `Cannot write to ${this.path} (${codeOf(error) ?? error}). Make it writable, or name another folder with POSTERN_HOME.`,
      );
    }
  }

  /** Forgets everything but the log files that a running editor may have open. */
  clear(): void {
    for (const name of ['gateway.sqlite', 'worker.sqlite', 'inbox.sqlite']) {
      for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(this.file(name + suffix), { force: true });
    }
    rmSync(this.file('sqs'), { recursive: true, force: true });
    for (const name of ['secrets.json', 'migrations.json']) rmSync(this.file(name), { force: true });
  }

  /** Reads the secrets, making those that are missing. */
  secrets(): Secrets {
    const kept: Partial<Secrets> = this.#readJson('secrets.json') ?? {};
    // Before recipients had a key of their own they were hashed with this one: the suppression list goes on counting.
    if (kept.LINK_KEY !== undefined) kept.RECIPIENT_KEY ??= kept.LINK_KEY;
    const made = SECRETS.map((name) => [name, kept[name] ?? randomBytes(32).toString('base64')]);
    const secrets = Object.fromEntries(made) as Secrets;
    this.#writeJson('secrets.json', secrets);
    return secrets;
  }

  /** What the migrations of a service's database were when they ran: a hash by name. */
  ranMigrations(service: string): Record<string, string> {
    return this.#readJson<Record<string, Record<string, string>>>('migrations.json')?.[service] ?? {};
  }

  keepRanMigrations(service: string, hashes: Record<string, string>): void {
    this.#writeJson('migrations.json', { ...this.#readJson<object>('migrations.json'), [service]: hashes });
  }

  /** The playground that runs on this folder, if one does. */
  running(): PlaygroundState | undefined {
    const state = this.#readJson<PlaygroundState>('playground.json');
    return state && isAlive(state.pid) ? state : undefined;
  }

  writeState(state: PlaygroundState): void {
    this.#writeJson('playground.json', state);
  }

  removeState(): void {
    rmSync(this.file('playground.json'), { force: true });
  }

  #readJson<T>(name: string): T | undefined {
    let text: string;
    try {
      text = readFileSync(this.file(name), 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new Fault(`Cannot read ${this.file(name)} (${codeOf(error)}).`);
    }
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new Fault(
        `${this.file(name)} is no longer valid JSON. \`npx -y pnpm@12 start --fresh\` creates a new one.`,
      );
    }
  }

  #writeJson(name: string, value: unknown): void {
    // The mode counts only for a new file; the folder itself keeps others out in any case.
    writeFileSync(this.file(`${name}.new`), `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    // Whoever reads meanwhile, or comes after a death in the middle, has the old one or the new one.
    renameSync(this.file(`${name}.new`), this.file(name));
  }
}

/** Whether a process of that id exists (signal 0 only asks). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
