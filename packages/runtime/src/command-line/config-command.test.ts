import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../configuration/env.ts';
import { secretRing } from '../configuration/secret-ring.ts';
import { runCommands } from '../testing/run-commands.ts';
import { configCommand } from './config-command.ts';

const shape = {
  A_URL: z.string().optional(),
  A_KEY: secretRing('a ring of keys').optional(),
  A_PORT: z.coerce.number<string>('expected a port').default(80),
  A_NAME: z.string().optional(),
  A_PEM: z.string().optional(),
  AN_API_TOKEN: z.string().optional(),
};
const SECRETS = ['A_URL', 'A_KEY', 'A_PEM'];

afterEach(() => vi.unstubAllEnvs());

function run(env: Record<string, string>, check: () => void = () => undefined, ...args: string[]) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  return runCommands([configCommand(shape, SECRETS, check)], 'config', ...args);
}

it('shows each value with its source', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'name');
  writeFileSync(file, 'from a file\n');
  const { code, out } = await run({ A_PORT: '8080', A_NAME_FILE: file }, undefined, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out).settings).toEqual([
    { name: 'AN_API_TOKEN', value: null, source: 'not set' },
    { name: 'A_KEY', value: null, source: 'not set' },
    { name: 'A_NAME', value: 'from a file', source: `file ${file}` },
    { name: 'A_PEM', value: null, source: 'not set' },
    { name: 'A_PORT', value: '8080', source: 'environment' },
    { name: 'A_URL', value: null, source: 'not set' },
  ]);
  vi.unstubAllEnvs();
  expect((await run({})).out).toMatch(/^A_PORT +80 +default$/m);
});

it('shows of secrets only as much as distinguishes them', async () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  const { out } = await run({
    A_URL: 'mysql://us:hunter2@db.example:3306/postern',
    A_KEY: `2026:${key}`,
    A_PEM: 'hunter2',
  });
  expect(out).toMatch(/A_URL +mysql:\/\/us:\*\*\*@db\.example:3306\/postern +environment/);
  expect(out).toMatch(/A_KEY +keys 2026 +environment/);
  expect(out).toMatch(/A_PEM +\*\*\* +environment/);
  expect(out).not.toContain('hunter2');
  expect(out).not.toContain(key);
});

it('shows as little of what is called as a secret, or is a URL with a password, and is in no list', async () => {
  const { out } = await run({ AN_API_TOKEN: 'hunter2', A_NAME: 'https://us:hunter2@carrier.example/bookings' });
  expect(out).toMatch(/AN_API_TOKEN +\*\*\* +environment/);
  expect(out).toMatch(/A_NAME +https:\/\/us:\*\*\*@carrier\.example\/bookings +environment/);
});

it('exits with 1 and reports what is wrong where the service would not start', async () => {
  const { code, out } = await run({ A_PORT: 'eighty' }, () => {
    throw new ConfigError(['A_PORT: expected a port']);
  });
  expect(code).toBe(1);
  expect(out).toMatch(/A_PORT +invalid +environment[\s\S]*✗ A_PORT: expected a port/);
});
