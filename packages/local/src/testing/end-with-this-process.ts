import { spawn } from 'node:child_process';

/** Its standard input ends when this process does, by SIGKILL as well: the system closes a dead process's pipes. */
const WATCH = 'read -r _; kill -KILL "$1"';

/**
 * Sees to it that a process does not outlive this one, which may be killed before it can end anything itself. A POSIX shell
 * watches, in a process group of its own, so that the signals of a terminal do not reach it.
 *
 * @returns ends the watch; to be called when the process has ended, before its number is another's
 */
export function endWithThisProcess(pid: number): () => void {
  const watch = spawn('/bin/sh', ['-c', WATCH, 'watch', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Without a shell there is no watch, and what is killed leaves its servers behind.
  watch.on('error', () => undefined);
  watch.unref();
  return () => watch.kill('SIGKILL');
}
