import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Terminal } from '../terminal.ts';
import { HotReload } from './hot-reload.ts';
import type { Restarts } from './reloads.ts';

let root: string;
const save = (file: string, text = '') => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postern-reload-'));
  for (const part of ['gateway', 'worker']) for (const it of ['src', 'migrations']) save(`services/${part}/${it}/a.ts`);
  for (const name of ['events', 'locales', 'runtime', 'sqs', 'durable']) save(`packages/${name}/src/a.ts`);
});

afterEach(() => rmSync(root, { recursive: true }));

type Start = (name: string, options: { migrate: boolean; signal: AbortSignal }) => Promise<void>;

/** A playground whose services have started. */
async function watching(start: Start = async () => {}) {
  const it = watched(start);
  await it.reload.start();
  it.done.length = 0;
  return it;
}

function watched(start: Start) {
  const done: string[] = [];
  let printed = '';
  const terminal = new Terminal({ write: (text: string) => (printed += text) }, {});
  const restartsOf = (name: string): Restarts => ({
    stop: async () => void done.push(`stop ${name}`),
    start: async (options) => {
      if (options.migrate) done.push(`migrate ${name}`);
      done.push(`start ${name}`);
      await start(name, options);
    },
  });
  const reload = new HotReload(['gateway', 'worker'], terminal, restartsOf, root);
  return { done, reload, text: () => printed, [Symbol.asyncDispose]: () => reload.close() };
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

test.each(['events', 'locales'])('both start again when the package %s changes', async (name) => {
  await using watch = await watching();
  save(`packages/${name}/src/a.ts`, 'new');
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
  const faults: Error[] = [];
  await using watch = await watching(async () => {
    const fault = faults.pop();
    if (fault) throw fault;
  });
  faults.push(new Error('The gateway ended with exit code 1.'));
  save('services/gateway/src/a.ts', 'broken');
  await vi.waitFor(() => expect(watch.text()).toContain('exit code 1. Waiting for a change.'), { timeout: 60_000 });
  save('services/gateway/src/a.ts', 'corrected');
  await vi.waitFor(() => expect(watch.done.filter((it) => it === 'start gateway').length).toBe(2), { timeout: 60_000 });
});

/** As a service whose code names a migration that has not run: it serves only once one has. */
const waitsForSchema: Start = async (_name, { migrate, signal }) => {
  if (!migrate && !signal.aborted) await once(signal, 'abort');
};

test('a migration that is saved while the service starts runs, though the start waits for it', async () => {
  let begun = false;
  await using watch = await watching(async (...given) => {
    if (begun) await waitsForSchema(...given);
  });
  begun = true;
  save('services/gateway/src/a.ts', 'new');
  await vi.waitFor(() => expect(watch.done).toEqual(['stop gateway', 'start gateway']), { timeout: 60_000 });
  save('services/gateway/migrations/a.ts', 'new');
  await vi.waitFor(() => expect(watch.done).toContain('migrate gateway'), { timeout: 60_000 });
});

test('what is saved during the first start is in what runs', async () => {
  await using watch = watched(async (name, { signal }) => {
    if (name === 'gateway' && watch.done.filter((it) => it === 'start gateway').length === 1)
      await once(signal, 'abort');
  });
  const started = watch.reload.start();
  save('services/gateway/migrations/a.ts', 'new');
  await started;
  const done = ['migrate gateway', 'start gateway', 'stop gateway', 'migrate gateway', 'start gateway'];
  expect(watch.done.filter((it) => it.endsWith('gateway'))).toEqual(done);
});

test('a migration that fails is run again with whatever is saved next', async () => {
  let broken = false;
  await using watch = await watching(async (_name, { migrate }) => {
    if (broken && migrate) throw new Error('could not be migrated.');
  });
  broken = true;
  save('services/gateway/migrations/a.ts', 'broken');
  await vi.waitFor(() => expect(watch.text()).toContain('could not be migrated. Waiting'), { timeout: 60_000 });
  broken = false;
  save('services/gateway/src/a.ts', 'new');
  await vi.waitFor(() => expect(watch.done.filter((it) => it === 'migrate gateway').length).toBe(2), {
    timeout: 60_000,
  });
});

test('a first start that fails, with nothing saved that may mend it, is an error', async () => {
  await using watch = watched(async () => {
    throw new Error('The gateway ended with exit code 1.');
  });
  await expect(watch.reload.start()).rejects.toThrow('exit code 1');
});
