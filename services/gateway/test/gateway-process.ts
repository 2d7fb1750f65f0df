import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ReadyMessage } from '@postern/runtime';
import { bareEnvironment, startOf } from '@postern/runtime/testing';

const SERVICE = join(import.meta.dirname, '..');

/** What a gateway needs besides its database and its queue. */
export function baseEnv(): Record<string, string> {
  return {
    PUBLIC_URL: 'http://gateway.test',
    LINK_KEY: randomBytes(32).toString('base64'),
    GATEWAY_ENVELOPE_KEY: randomBytes(32).toString('base64'),
    KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    QUEUE_CREATE: 'true',
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_PORT: '0',
    GATEWAY_OPS_PORT: '0',
    PASSWORD_HASH_MEMORY_KIB: '8',
    PASSWORD_HASH_PASSES: '1',
  };
}

interface Line {
  message?: string;
  [field: string]: unknown;
}

/** The gateway as a process, as in production; or another service, by its folder. */
export class GatewayProcess {
  readonly #child: ChildProcess;
  readonly #lines: Line[] = [];
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  /** Its ports, once it serves with everything it needs. */
  readonly ready: Promise<ReadyMessage['ports']>;
  output = '';
  errors = '';

  constructor(env: Record<string, string>, args: string[] = [], service = SERVICE) {
    const { main, execArgv } = startOf(service);
    const child = fork(main, args, {
      env: { ...bareEnvironment(), ...env },
      execArgv,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.output += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.errors += chunk;
    });
    this.exited = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
    this.ready = new Promise((resolve, reject) => {
      child.once('message', (message: ReadyMessage) => resolve(message.ports));
      void this.exited.then(() => reject(new Error(`it ended before it served: ${this.errors}${this.output}`)));
    });
    this.ready.catch(() => undefined);
  }

  /** The log so far, as objects. */
  get lines(): Line[] {
    this.#lines.length = 0;
    // What follows the last line break is a line that has not come whole.
    for (const line of this.output.split('\n').slice(0, -1))
      if (line.startsWith('{')) this.#lines.push(JSON.parse(line) as Line);
    return this.#lines;
  }

  /** The port of its ops server, as soon as that listens: before it serves. */
  async starting(): Promise<number> {
    for (;;) {
      const line = this.lines.find(({ message }) => message === 'starting');
      if (line) return Number(line.ops);
      const ended = await Promise.race([
        this.exited.then(() => true),
        new Promise((resolve) => setTimeout(resolve, 20, false)),
      ]);
      if (ended) throw new Error(`it ended before it started: ${this.errors}${this.output}`);
    }
  }

  /** The reader of standard output and standard error goes away. */
  closeReaders(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGTERM, and how it ended. */
  async stop(): Promise<{ code: number | null; signal: string | null }> {
    this.signal('SIGTERM');
    return this.exited;
  }
}
