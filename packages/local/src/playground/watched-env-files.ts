import { watch } from 'node:fs';
import { envFiles } from '../read-env-files.ts';

/** Editors save in several steps: what comes within this time is one change. */
const gatherMs = 80;

/** Reports that `.env` or `.env.local` was saved, made or removed. Returns what ends it. */
export function watchEnvFiles(root: string, onChange: (file: string) => void): () => void {
  const timers = new Map<string, NodeJS.Timeout>();
  const watcher = watch(root, (_event, file) => {
    if (file === null || !envFiles.includes(file)) return;
    clearTimeout(timers.get(file));
    timers.set(
      file,
      setTimeout(() => onChange(file), gatherMs),
    );
  });
  return () => {
    watcher.close();
    for (const timer of timers.values()) clearTimeout(timer);
  };
}
