import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../fault.ts';
import { endWithThisProcess } from './end-with-this-process.ts';

/** A real part that a test run uses, and how it is left again. */
export interface Backend {
  url: string;
  /** For the heading of the run: name and version, or that it was given. */
  what: string;
  stop(): Promise<void>;
}

/** A server program that runs as long as the tests do, however they end, with the last it wrote kept for when it fails. */
export class Background {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #exited: Promise<void>;
  #output = '';
  #running = true;

  constructor(name: string, command: string, args: readonly string[]) {
    this.#name = name;
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-4000);
      });
    }
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#output += String(error);
        this.#running = false;
        resolve();
      });
      this.#child.once('exit', () => {
        this.#running = false;
        resolve();
      });
    });
    const kill = () => this.#child.kill('SIGKILL');
    process.once('exit', kill);
    const leave = this.#child.pid === undefined ? () => undefined : endWithThisProcess(this.#child.pid);
    void this.#exited.then(() => {
      process.off('exit', kill);
      leave();
    });
  }

  /** Tries until it answers; throws a {@link Fault} with its last words when it ends first or takes too long. */
  async waitUntil(answers: () => Promise<boolean>, timeoutMs = 300_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await answers().catch(() => false))) {
      if (!this.#running) throw new Fault(`${this.#name} ended while starting: ${this.#output.trim().slice(-800)}`);
      if (Date.now() > deadline) {
        await this.stop();
        throw new Fault(`${this.#name} did not answer after ${timeoutMs / 1000} s: ${this.#output.trim().slice(-800)}`);
      }
      await sleep(100);
    }
  }

  get isRunning(): boolean {
    return this.#running;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await this.#exited;
    clearTimeout(timer);
  }
}
