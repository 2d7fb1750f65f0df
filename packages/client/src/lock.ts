interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
}

const waiting = new Map<string, Promise<unknown>>();

/**
 * Runs one thing at a time under a name: across the tabs of an origin where there is the Web Locks API, else within this
 * process.
 */
export function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { locks } = (globalThis.navigator ?? {}) as { locks?: Locks };
  if (locks) return locks.request(`postern-${name}`, work);
  const before = waiting.get(name) ?? Promise.resolve();
  const run = before.then(work, work);
  waiting.set(name, run);
  const forget = () => {
    if (waiting.get(name) === run) waiting.delete(name);
  };
  run.then(forget, forget);
  return run;
}
