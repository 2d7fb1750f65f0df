import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The consumer in Go, compiled into `folder`; undefined where there is no Go. */
export function buildGoConsumer(folder: string): string | undefined {
  if (spawnSync('go', ['version']).error) return undefined;
  const program = join(folder, 'consumer');
  const cwd = join(import.meta.dirname, 'go-consumer');
  const { status } = spawnSync('go', ['build', '-o', program, '.'], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`the consumer in Go could not be built (go ended with ${status})`);
  return program;
}
