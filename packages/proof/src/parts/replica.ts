import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, createWriteStream, openSync, readFileSync } from 'node:fs';
import { endWithThisProcess } from '@postern/local/testing';
import { bareEnvironment } from '@postern/runtime/testing';

interface Ports {
  http?: number;
  ops: number;
}

export interface Program {
  /** The service's own `main.ts` or bundle. */
  main: string;
  /** Options of Node.js. */
  execArgv: string[];
  env: Record<string, string>;
}

interface ReplicaOptions {
  /** For the log's name and for what goes wrong. */
  name: string;
  /** What it is started as from now on. */
  program: () => Program;
  /** Gets everything it writes, over all its lives. */
  logFile: string;
}

/** One replica of a service: a process of its own that can be killed and started again. */
export class Replica {
  readonly name: string;
  readonly #options: ReplicaOptions;
  #child: ChildProcess | undefined;
  #ports: Ports | undefined;
  /** How it ended the last time. */
  #lastEnd = 'it was never started';
  #ended: Promise<number | null> = Promise.resolve(null);

  constructor(options: ReplicaOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Whether it serves, as far as it has said so. */
  get isUp(): boolean {
    return this.#ports !== undefined;
  }

  /** Of its HTTP API. @throws Error while it is not up */
  get url(): string {
    return `http://127.0.0.1:${this.#require().http}`;
  }

  get opsUrl(): string {
    return `http://127.0.0.1:${this.#require().ops}`;
  }

  /** Resident memory now, in bytes (Linux). */
  get memoryBytes(): number {
    const pages = /^\d+ (\d+)/.exec(readFileSync(`/proc/${this.#child?.pid}/statm`, 'utf8'))?.[1];
    return Number(pages) * 4096;
  }

  /** Resolves when it serves. @param output where its lines go instead of the log's file @throws Error when it ends before */
  async start(output?: string): Promise<void> {
    const { name, program, logFile } = this.#options;
    const { main, execArgv, env } = program();
    const lines = output === undefined ? 'pipe' : openSync(output, 'w');
    const child = fork(main, [], {
      env: { ...bareEnvironment(), ...env },
      execArgv,
      stdio: ['ignore', lines, lines, 'ipc'],
    });
    if (typeof lines === 'number') closeSync(lines);
    this.#child = child;
    // An experiment that is interrupted leaves no services behind.
    const leave = child.pid === undefined ? () => undefined : endWithThisProcess(child.pid);
    const log = createWriteStream(logFile, { flags: 'a' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    this.#ended = new Promise((resolve) =>
      child.once('close', (code, signal) => {
        leave();
        if (this.#child === child) this.#ports = undefined;
        this.#lastEnd = `it ended with ${code ?? signal}`;
        log.end(() => resolve(code));
      }),
    );
    const ports = new Promise<Ports>((resolve) =>
      child.once('message', (message) => resolve((message as { ports: Ports }).ports)),
    );
    this.#ports = await Promise.race([
      ports,
      this.#ended.then((code) => {
        throw new Error(`${name} ended with ${code} before it served: ${readFileSync(logFile, 'utf8').slice(-600)}`);
      }),
    ]);
  }

  /**
   * What it writes is read by nobody any more (`stuck`), the reader has gone (`gone`), or it goes to a disk that is full (`full`, for
   * which it is started again).
   */
  async loseLog(how: 'stuck' | 'gone' | 'full'): Promise<void> {
    const streams = [this.#child?.stdout, this.#child?.stderr];
    if (how === 'full') {
      await this.stop();
      await this.start('/dev/full');
    } else if (how === 'gone') for (const stream of streams) stream?.destroy();
    else
      for (const stream of streams) {
        stream?.unpipe();
        stream?.pause();
      }
  }

  /** SIGSTOP and SIGCONT: it keeps its connections and does nothing. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** SIGKILL. Resolves when it has ended. */
  async kill(): Promise<void> {
    this.#ports = undefined;
    this.signal('SIGKILL');
    await this.#ended;
  }

  /** SIGTERM. Its exit code. */
  async stop(): Promise<number | null> {
    this.#ports = undefined;
    this.signal('SIGTERM');
    return this.#ended;
  }

  #require(): Ports {
    if (!this.#ports) throw new Error(`${this.name} is not up: ${this.#lastEnd}`);
    return this.#ports;
  }
}
