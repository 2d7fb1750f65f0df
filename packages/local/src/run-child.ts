import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { onStopSignals } from './stop-signals.ts';

/**
 * Runs a program on this process's terminal and resolves with its exit code, 128 and the signal's number when one ended it.
 *
 * @param onChild who ends it when this process is asked to stop; by default it is passed on
 */
export async function runChild(
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
  onChild = endTogether,
): Promise<number> {
  const child = spawn(program, args, { ...options, stdio: 'inherit' });
  onChild(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

function endTogether(child: ChildProcess): void {
  onStopSignals(
    () => void child.kill('SIGTERM'),
    () => void child.kill('SIGKILL'),
    process.env,
  );
}
