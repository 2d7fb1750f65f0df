import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs the Docker client and gives what it printed, both streams in one text. */
export async function docker(...args: string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run('docker', args, { maxBuffer: 64 * 1024 * 1024 });
    return (stdout + stderr).trim();
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    throw new ExitError(`docker ${args[0]} ended with ${code}: ${stdout}${stderr}`, code);
  }
}

class ExitError extends Error {
  readonly code: number | undefined;

  constructor(message: string, code: number | undefined) {
    super(message);
    this.code = code;
  }
}

/** Longer than SHUTDOWN_GRACE_MS: the process must end by itself, not by Docker's SIGKILL. */
const STOP_SECONDS = '40';

/** One service's container with the limits that docker-compose.yml gives it. */
export class Container {
  readonly name: string;
  readonly image: string;
  readonly #options: string[];

  constructor(name: string, image: string, secrets: string, env: Record<string, string>) {
    this.name = name;
    this.image = image;
    this.#options = [
      ...['--network', 'host', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
      ...['--volume', `${secrets}:/run/secrets:ro`],
      ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ];
  }

  async describe(): Promise<string> {
    const [user, size] = (await docker('image', 'inspect', '-f', '{{.Config.User}} {{.Size}}', this.image)).split(' ');
    if (!user || user === 'root' || user.startsWith('0')) throw new Error(`runs as "${user}"`);
    return `user ${user}, ${Math.round(Number(size) / 1e6)} MB`;
  }

  /** Without any environment it must end with 1 and name the variable. */
  async refusesToStart(variable: string): Promise<string> {
    try {
      await docker('run', '--rm', '--network', 'host', this.image);
    } catch (error) {
      if (error instanceof ExitError && error.code === 1 && error.message.includes(variable)) {
        return `${error.message.split('\n').length - 1} lines, one a mistake`;
      }
      throw error;
    }
    throw new Error('it ran');
  }

  /** As the owner of the database, whose URL is in a file of its own. */
  migrate(ownerUrlFile: string): Promise<string> {
    const owner = ['--env', `DATABASE_URL_FILE=${ownerUrlFile}`];
    return docker('run', '--rm', ...this.#options, ...owner, this.image, 'migrate');
  }

  async start(): Promise<void> {
    await docker('rm', '-f', this.name).catch(() => undefined);
    // Asked more often than the image says, as this waits for it.
    await docker('run', '-d', '--name', this.name, '--health-interval', '1s', ...this.#options, this.image);
  }

  async waitUntilHealthy(timeoutMs: number): Promise<string> {
    const began = Date.now();
    for (;;) {
      const state = await docker('inspect', '-f', '{{.State.Status}} {{.State.Health.Status}}', this.name);
      if (state === 'running healthy') break;
      if (!state.startsWith('running')) throw new Error(`it is ${state}`);
      if (Date.now() - began > timeoutMs) {
        throw new Error(
          `${state} after ${timeoutMs} ms: ${await docker('inspect', '-f', '{{json .State.Health}}', this.name)}`,
        );
      }
      await sleep(200);
    }
    const memory = await docker('stats', '--no-stream', '--format', '{{.MemUsage}}', this.name);
    return `healthy after ${Date.now() - began} ms, memory ${memory.split(' /')[0]}`;
  }

  /** Lines of its log have the release. */
  async says(release: string): Promise<void> {
    const log = await docker('logs', this.name);
    if (!log.includes(`"version":"${release}"`)) throw new Error(log);
  }

  async wroteNothing(): Promise<void> {
    const changes = (await docker('diff', this.name)).split('\n').filter((line) => line && !line.includes('/run'));
    if (changes.length > 0) throw new Error(changes.join('\n'));
  }

  /** SIGTERM, then the exit code must be 0. */
  async stop(): Promise<string> {
    const began = Date.now();
    await docker('stop', '-t', STOP_SECONDS, this.name);
    const code = await docker('inspect', '-f', '{{.State.ExitCode}}', this.name);
    if (code !== '0') throw new Error(`exit code ${code}`);
    return `exit code 0 after ${Date.now() - began} ms`;
  }

  async printLog(): Promise<void> {
    const log = await docker('logs', '--tail', '40', this.name).catch(() => 'never started');
    console.log(`--- ${this.name}\n${log}`);
  }

  async remove(): Promise<void> {
    await docker('rm', '-f', this.name).catch(() => undefined);
  }
}
