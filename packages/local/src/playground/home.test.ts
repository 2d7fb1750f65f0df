import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Home } from './home.ts';

test('a file is never seen half written: whoever has begun to read it has the one before', () => {
  const path = mkdtempSync(join(tmpdir(), 'postern-home-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  const home = new Home(path);
  home.keepRanMigrations('gateway', { '0001-users': 'a' });
  const reader = openSync(home.file('migrations.json'), 'r');
  home.keepRanMigrations('gateway', { '0001-users': 'b', '0002-sessions': 'c' });
  expect(JSON.parse(readFileSync(reader, 'utf8'))).toEqual({ gateway: { '0001-users': 'a' } });
  closeSync(reader);
  expect(home.ranMigrations('gateway')).toEqual({ '0001-users': 'b', '0002-sessions': 'c' });
});
