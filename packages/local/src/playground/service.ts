import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Fault } from '../fault.ts';

interface ServiceOptions {
  name: string;
  /** The service's own `main.ts`. */
  main: string;
  args?: readonly string[];
  /** Arguments of Node.js itself. */
  execArgv?: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Gets everything the service writes. */
  logFile: string;
  onLine?: (line: string) => void;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** How many of the last lines are kept to explain an end. */
const keptLines = 40;

/**
 * A service as a child process, run as it is in a container, plus an IPC channel over which it says that it serves
 * (`announceReady` of the runtime). When this process goes away, however it ends, the channel closes and the service
 * stops by itself.
 */
export class Service {
  readonly name: string;
  /** Resolves when the process has ended and all it wrote has been read. */
  readonly exited: Promise<Exit>;
  /** Resolves with the service's ports when it serves; rejects when it ends before. */
  readonly ready: Promise<{ http?: number; ops?: number }>;
  readonly #child: ChildProcess;
  readonly #log: WriteStream;
  readonly #lines: string[] = [];
  #ended = false;

  constructor(options: ServiceOptions) {
    this.name = options.name;
    this.#log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
    this.#child = spawn(process.execPath, [...(options.execArgv ?? []), options.main, ...(options.args ?? [])], {
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Its own process group: Ctrl-C reaches this process alone, which then stops the parts in their order.
      detached: true,
    });
    this.#read(options.onLine);
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#keep(`${error}`));
      this.#child.once('close', (code, signal) => {
        this.#ended = true;
        this.#log.end(() => resolve({ code, signal }));
      });
    });
    this.ready = new Promise((resolve, reject) => {
      this.#child.on('message', (message: { ready?: boolean; ports?: { http?: number; ops?: number } }) => {
        if (message.ready) resolve(message.ports ?? {});
      });
      void this.exited.then((exit) => reject(new Fault(this.describeExit(exit))));
    });
    // A service that is only run to its end (a migration) has nobody waiting for its readiness.
    this.ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Asks it to drain and exit; after `graceMs` it is killed. */
  async stop(graceMs: number): Promise<Exit> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  signal(name: NodeJS.Signals): void {
    if (!this.#ended) this.#child.kill(name);
  }

  /** One line on how it ended, with the last thing it said. */
  describeExit({ code, signal }: Exit): string {
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
    const words = this.lastWords();
    return `The ${this.name} ${how}${words ? `: ${words}` : '.'}`;
  }

  /** What it wrote last, on one line: the text of its own complaint rather than of a log line or a stack. */
  lastWords(): string {
    const plain = this.#lines.filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
    // A crash shows the source first; the line with the error's name is the one that says what it is.
    const crash = plain.find((line) => /^(Uncaught )?\w*Error\b/.test(line));
    if (crash) return crash.slice(0, 600);
    const complaint = plain.filter((line) => !line.startsWith('{'));
    const source = complaint.length > 0 ? complaint : plain.slice(-1).map(messageOf);
    return source.slice(0, 6).join(' ').slice(0, 600);
  }

  #read(onLine?: (line: string) => void): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.#keep(line);
        if (!this.#log.writableEnded) this.#log.write(`${line}\n`);
        onLine?.(line);
      });
    }
  }

  #keep(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > keptLines) this.#lines.shift();
  }
}

function messageOf(line: string): string {
  try {
    const { message, error } = JSON.parse(line) as { message?: string; error?: { message?: string } };
    return [message, error?.message].filter(Boolean).join(': ') || line;
  } catch {
    return line;
  }
}
