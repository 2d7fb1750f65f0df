import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Terminal } from '../terminal.ts';
import { HotReload } from './hot-reload.ts';

let root: string;
const save = (file: string, text = '') => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postern-reload-'));
  for (const part of ['gateway', 'worker']) for (const it of ['src', 'migrations']) save(`services/${part}/${it}/a.ts`);
  for (const name of ['events', 'runtime', 'sqs', 'durable']) save(`packages/${name}/src/a.ts`);
});

afterEach(() => rmSync(root, { recursive: true }));

async function watching(start = async (_name: string) => {}) {
  const done: string[] = [];
  let printed = '';
  const terminal = new Terminal({ write: (text: string) => (printed += text) }, {});
  const restarts = {
    stop: async (name: string) => void done.push(`stop ${name}`),
    start: async (name: string, { migrate }: { migrate: boolean }) => {
      if (migrate) done.push(`migrate ${name}`);
      done.push(`start ${name}`);
      await start(name);
    },
  };
  const reload = new HotReload(['gateway', 'worker'], terminal, restarts, root);
  return { done, text: () => printed, [Symbol.asyncDispose]: () => reload.close() };
}

test('a service starts again when one of its files is saved, and the other does not', async () => {
  await using watch = await watching();
  save('services/gateway/src/a.ts', 'new');
  await vi.waitFor(() => expect(watch.done).toEqual(['stop gateway', 'start gateway']), { timeout: 60_000 });
  expect(watch.text()).toContain('services/gateway/src/a.ts');
});

test('a migration runs, whichever file is saved after it', async () => {
  await using watch = await watching();
  save('services/gateway/migrations/a.ts', 'new');
  save('services/gateway/src/a.ts', 'new');
  await vi.waitFor(() => expect(watch.done).toContain('migrate gateway'), { timeout: 60_000 });
});

test('both start again when a package changes', async () => {
  await using watch = await watching();
  save('packages/events/src/a.ts', 'new');
  await vi.waitFor(() => expect(watch.done.filter((it) => it.startsWith('start')).length).toBe(2), { timeout: 60_000 });
});

test('a test that is saved restarts nothing', async () => {
  await using watch = await watching();
  save('services/worker/src/a.test.ts', 'new');
  save('services/gateway/src/a.ts', 'new');
  await vi.waitFor(() => expect(watch.done).toContain('start gateway'), { timeout: 60_000 });
  expect(watch.done).not.toContain('start worker');
});

test('a service that does not start is reported, and the next save tries again', async () => {
  const faults = [new Error('The gateway ended with exit code 1.')];
  await using watch = await watching(async () => {
    const fault = faults.pop();
    if (fault) throw fault;
  });
  save('services/gateway/src/a.ts', 'broken');
  await vi.waitFor(() => expect(watch.text()).toContain('exit code 1. Waiting for a change.'), { timeout: 60_000 });
  save('services/gateway/src/a.ts', 'corrected');
  await vi.waitFor(() => expect(watch.done.filter((it) => it === 'start gateway').length).toBe(2), { timeout: 60_000 });
});

test.each(['.env', '.env.local'])('that %s was saved is said, as it is read at the start alone', async (file) => {
  await using watch = await watching();
  save(file, 'A=1');
  await vi.waitFor(() => expect(watch.text()).toContain(`${file} has changed: stop this (Ctrl-C)`), {
    timeout: 60_000,
  });
  expect(watch.done).toEqual([]);
});
