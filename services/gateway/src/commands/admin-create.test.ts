import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommands } from '@postern/runtime/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { adminCreate } from './admin-create.ts';

const folder = mkdtempSync(join(tmpdir(), 'postern-admin-'));

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('takes the password as given, with the spaces around it, and from a file all but the newline at its end', async () => {
  const passwords: unknown[] = [];
  const admins = {
    create: async (_db: unknown, { password }: { password?: string | undefined }) => {
      passwords.push(password);
      return { id: 'x', created: true };
    },
  };
  const command = adminCreate((work) => work({ admins, database: {} } as never));
  const create = () => runCommands([command], 'admin', 'create', '--email', 'ann@example.com');
  vi.stubEnv('ADMIN_PASSWORD', ' open sesame ');
  expect(await create()).toMatchObject({ code: 0 });
  const file = join(folder, 'password');
  writeFileSync(file, '  open sesame  \r\n');
  vi.stubEnv('ADMIN_PASSWORD', '');
  vi.stubEnv('ADMIN_PASSWORD_FILE', file);
  expect(await create()).toMatchObject({ code: 0 });
  expect(passwords).toEqual([' open sesame ', '  open sesame  ']);
});
