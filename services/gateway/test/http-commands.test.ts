import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretRing } from '@postern/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { twoFactorModule } from '../src/accounts/two-factor/two-factor.module.ts';
import { modules } from '../src/modules.ts';
import { GatewayProcess } from './gateway-process.ts';
import { PATIENTLY, ProcessSuite } from './process-suite.ts';

const suite = new ProcessSuite();

describe('the commands of the process', () => {
  it('lists every error of its configuration at once and exits with 1', async () => {
    const gateway = new GatewayProcess({
      GATEWAY_PORT: '70000',
      TRUST_PROXY: 'yes',
      TLS_CERT_FILE: '/x',
      LOG_LEVEL: 'loud',
    });
    expect((await gateway.exited).code).toBe(1);
    for (const name of [
      'DATABASE_URL',
      'AWS_REGION',
      'PUBLIC_URL',
      'LINK_KEY',
      'KEY_ENCRYPTION_KEY',
      'GATEWAY_PORT',
      'TRUST_PROXY',
      'TLS_CERT_FILE and TLS_KEY_FILE',
      'LOG_LEVEL',
    ]) {
      expect(gateway.errors).toContain(`- ${name}`);
    }
    expect(gateway.errors).not.toContain(' at ');
  });

  it('names the nearest command when asked for one it does not have', async () => {
    const gateway = suite.start({}, ['mirgate']);
    expect((await gateway.exited).code).toBe(2);
    expect(gateway.errors).toMatch(/unknown command 'mirgate'[\s\S]*Did you mean migrate[\s\S]*gateway --help/);
  });

  it('shows the help of a command without a configuration, and runs nothing', async () => {
    const gateway = new GatewayProcess({}, ['keys', 'rotate', '--help']);
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    expect(gateway.output).toContain('Usage: gateway keys rotate');
  });

  it('reports that a port is in use in one line', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    onTestFinished(() => void other.close());
    const gateway = suite.start({ GATEWAY_PORT: String((other.address() as AddressInfo).port) });
    expect((await gateway.exited).code).toBe(1);
    expect(gateway.errors).toMatch(/- GATEWAY_PORT: listen EADDRINUSE/);
  });

  it('migrates as a command, any number of times and at the same time', async () => {
    const both = [suite.start({}, ['migrate']), suite.start({}, ['migrate'])];
    expect(await Promise.all(both.map(({ exited }) => exited))).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
    expect(await suite.db.database.pendingMigrations(migrations)).toEqual([]);
    const again = suite.start({}, ['migrate']);
    expect((await again.exited).code).toBe(0);
    expect(again.output).toContain('up to date');
  });

  it('makes an admin by command, once, with a password that no process list shows', async () => {
    await suite.db.database.migrate(migrations);
    const args = ['admin', 'create', '--email', 'root@example.com'];
    const without = suite.start({}, args);
    expect((await without.exited).code).toBe(2);
    expect(without.errors).toMatch(/needs a password[\s\S]*ADMIN_PASSWORD/);
    const weak = suite.start({ ADMIN_PASSWORD: 'password' }, args);
    expect((await weak.exited).code).toBe(2);
    expect(weak.errors).not.toContain(' at ');
    const good = suite.start({ ADMIN_PASSWORD: 'quite a long secret of mine' }, args);
    expect(await good.exited).toEqual({ code: 0, signal: null });
    const again = suite.start({}, args);
    expect(await again.exited).toEqual({ code: 0, signal: null });
    expect(again.output).toContain('Granted the admin role');
    expect(await suite.db.database.sql('user_roles').where({ role: 'admin' })).toHaveLength(1);
    const misspelt = suite.start({}, ['admin', 'create', '--emial', 'x']);
    expect((await misspelt.exited).code).toBe(2);
    expect(misspelt.errors).toMatch(/--emial[\s\S]*admin create --help/);
  });

  // These processes have the product's own capabilities.
  it.runIf(modules.includes(twoFactorModule))(
    'removes a second factor by command, and reports who did it',
    async () => {
      const { database } = suite.db;
      await database.migrate(migrations);
      await suite.start({ ADMIN_PASSWORD: 'quite a long secret of mine' }, [
        'admin',
        'create',
        '--email',
        'lost@example.com',
      ]).exited;
      const [person] = await database.sql('users').where({ email: 'lost@example.com' });
      const factor = { user_id: person.id, secret: randomBytes(60), last_step: 0 };
      await database.sql('totp_secrets').insert({ ...factor, created_at: new Date(), confirmed_at: new Date() });
      const args = ['two-factor', 'remove', '--email', 'lost@example.com', '--by', 'grace'];
      const removed = suite.start({}, args);
      expect(await removed.exited).toEqual({ code: 0, signal: null });
      expect(removed.output).toContain('Removed the second factor of lost@example.com');
      expect(await database.sql('totp_secrets')).toEqual([]);
      const [entry] = await database.sql('audit_log').where({ action: 'remove-two-factor' });
      expect(JSON.parse(entry.details)).toEqual({ by: ['grace'] });
      const again = suite.start({}, args);
      expect((await again.exited).code).toBe(2);
      expect(again.errors).toContain('No second factor is set up');
      const vague = suite.start({}, ['two-factor', 'remove']);
      expect((await vague.exited).code).toBe(2);
      expect(vague.errors).toContain('expected either --email or --id');
    },
  );

  it('rotates the signing key by command', async () => {
    await suite.db.database.migrate(migrations);
    const gateway = suite.start({}, ['keys', 'rotate']);
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    expect(gateway.output).toMatch(/New key \S+; it signs from /);
    expect(await suite.db.database.sql('signing_keys')).toHaveLength(2);
  });

  it('lists the signing keys, and revokes one that has leaked', async () => {
    await suite.db.database.migrate(migrations);
    await suite.start({}, ['keys', 'rotate']).exited;
    const rows: { kid: string }[] = await suite.db.database.sql('signing_keys').whereNull('accepted_until');
    const kid = rows[0]?.kid ?? '';
    const list = suite.start({}, ['keys', 'list']);
    expect((await list.exited).code).toBe(0);
    expect(list.output).toMatch(new RegExp(`^${kid}  signs from \\S+  accepted until it is replaced$`, 'm'));
    const unsure = suite.start({}, ['keys', 'revoke', kid]);
    expect((await unsure.exited).code).toBe(2);
    const revoked = suite.start({}, ['keys', 'revoke', kid, '--now']);
    expect(await revoked.exited).toEqual({ code: 0, signal: null });
    expect(revoked.output).toMatch(/Revoked [\s\S]*New key \S+; it signs from now on/);
    const again = suite.start({}, ['keys', 'revoke', kid, '--now']);
    expect((await again.exited).code).toBe(1);
    expect(again.errors).toContain('no key');
  });

  it('seals everything again with a new KEY_ENCRYPTION_KEY, and shows how far it is', async () => {
    await suite.db.database.migrate(migrations);
    const oldKey = `old:${randomBytes(32).toString('base64')}`;
    await suite.start({ KEY_ENCRYPTION_KEY: oldKey, OPERATOR_NAME: 'ada' }, ['keys', 'rotate']).exited;
    const KEY_ENCRYPTION_KEY = `new:${randomBytes(32).toString('base64')},${oldKey}`;
    const tooLong = suite.start({ KEY_ENCRYPTION_KEY }, ['keys', 'rotate', '--by', 'b'.repeat(101)]);
    expect((await tooLong.exited).code).toBe(2);
    const command = suite.start({ KEY_ENCRYPTION_KEY }, ['keys', 're-encrypt', '--by', 'bob']);
    expect(await command.exited).toEqual({ code: 0, signal: null });
    expect(command.errors).toContain('root_keys: 1 of 1\nsigning_keys: 2 of 2\n');
    expect(command.output).toMatch(/^Re-encrypted 3 anew with new\./);
    const list = suite.start({ KEY_ENCRYPTION_KEY }, ['keys', 'list']);
    await list.exited;
    expect(list.output).toContain('KEY_ENCRYPTION_KEY: 3 sealed with key new, which writes');
    const lines: { action: string; details: string }[] = await suite.db.database.sql('audit_log').orderBy('id');
    expect(lines.map(({ action, details }) => `${action} by ${JSON.parse(details).by}`)).toEqual([
      'rotate-keys by ada',
      're-encrypt by bob',
    ]);
  });

  it('takes on a rotated key from its file at SIGHUP, and goes on with the old one while the file is unusable', async () => {
    await suite.db.database.migrate(migrations);
    const folder = await mkdtemp(join(tmpdir(), 'postern-keys-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'link_key');
    const key = () => randomBytes(32).toString('base64');
    const old = key();
    await writeFile(file, `one:${old}`);
    const gateway = suite.start({ LINK_KEY: '', LINK_KEY_FILE: file });
    await gateway.ready;
    await writeFile(file, 'damaged');
    gateway.signal('SIGHUP');
    await expect.poll(() => gateway.output, PATIENTLY).toMatch(/keys cannot be read again/);
    await writeFile(file, `one:${key()}`);
    gateway.signal('SIGHUP');
    await expect.poll(() => gateway.output, PATIENTLY).toContain('is not the one that had this id before');
    await writeFile(file, `two:${key()},one:${old}`);
    gateway.signal('SIGHUP');
    await expect.poll(() => gateway.output, PATIENTLY).toMatch(/"changed":\["LINK_KEY"\]/);
    expect((await gateway.stop()).code).toBe(0);
  });

  it('goes on with its KEY_ENCRYPTION_KEY when one at SIGHUP does not open what that has sealed', async () => {
    await suite.db.database.migrate(migrations);
    const folder = await mkdtemp(join(tmpdir(), 'postern-keys-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'key_encryption_key');
    const [old, fresh] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    await writeFile(file, old);
    const gateway = suite.start({ KEY_ENCRYPTION_KEY: '', KEY_ENCRYPTION_KEY_FILE: file });
    await gateway.ready;
    await writeFile(file, `new:${fresh}`);
    gateway.signal('SIGHUP');
    await expect
      .poll(() => gateway.output, PATIENTLY)
      .toMatch(/does not open what root_keys[\s\S]*cannot be read again/);
    // The same id as the bare key's, with other bytes.
    const id = SecretRing.parse(old).writing.id;
    await writeFile(file, `${id}:${fresh}`);
    gateway.signal('SIGHUP');
    await expect.poll(() => gateway.output.match(/cannot be read again/g), PATIENTLY).toHaveLength(2);
    await writeFile(file, `new:${fresh},old:${old}`);
    gateway.signal('SIGHUP');
    await expect.poll(() => gateway.output, PATIENTLY).toMatch(/"changed":\["KEY_ENCRYPTION_KEY"\]/);
    expect((await gateway.stop()).code).toBe(0);
  });

  it('does not start with a KEY_ENCRYPTION_KEY that opens nothing, and reports it', async () => {
    await suite.db.database.migrate(migrations);
    await suite.start({}, ['keys', 'rotate']).exited;
    const wrong = suite.start({ KEY_ENCRYPTION_KEY: Buffer.alloc(32, 5).toString('base64') });
    expect((await wrong.exited).code).toBe(1);
    expect(wrong.errors).toMatch(/KEY_ENCRYPTION_KEY: it does not open the root key/);
    await expect(wrong.ready).rejects.toThrow(/ended before it served/);
  });
});
