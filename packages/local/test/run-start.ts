import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startsLikewise } from '@postern/runtime/testing';
import type { PlaygroundState } from '../src/playground/home.ts';
import { freePorts } from '../src/playground/options.ts';
import { repositoryRoot } from '../src/repository.ts';

export const binary = join(repositoryRoot, 'packages/local/bin/postern-local.mjs');

/** A folder for a playground's state that is deleted at the end of the `using` block. */
export function temporaryHome(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'postern-start-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 20 }) };
}

/** One of the root scripts as a process, with what it wrote and how it ended. */
export class Run implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  stdout = '';
  stderr = '';
  readonly #ready = Promise.withResolvers<PlaygroundState>();

  constructor(
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    nodeFlags: readonly string[] = [],
    main = binary,
  ) {
    const { DATABASE_URL: _db, SQS_ENDPOINT: _sqs, SMTP_URL: _smtp, ...outer } = process.env;
    this.child = spawn(process.execPath, [...nodeFlags, main, command, ...args], {
      env: { ...outer, ...freePorts, ...(main === binary ? startsLikewise() : {}), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // With an encoding, so that a character that comes in two pieces is one.
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.child.on('message', (message: { ready?: boolean; state: PlaygroundState }) => {
      if (message.ready) this.#ready.resolve(message.state);
    });
    this.exited = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
    void this.exited.then((code) => this.#ready.reject(new Error(`ended with ${code}\n${this.stdout}${this.stderr}`)));
    this.#ready.promise.catch(() => undefined);
  }

  /** Resolves when the banner has been printed; rejects with all output when the process ends before. */
  get ready(): Promise<PlaygroundState> {
    return this.#ready.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGTERM');
    await this.exited;
  }
}

/** Starts a playground; its state is there once `ready` has resolved. */
export function runStart(home: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Run {
  return new Run('start', args, { POSTERN_HOME: home, ...env });
}
