import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Terminal } from '../terminal.ts';
import { reportChangedMigrations, writtenMigrations } from './changed-migrations.ts';
import { Home } from './home.ts';

let root: string;
let home: Home;
const save = (text: string) => writeFileSync(join(root, 'services/gateway/migrations/orders.ts'), text);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postern-changed-'));
  home = new Home(join(root, 'home'));
  home.open();
  mkdirSync(join(root, 'services/gateway/migrations'), { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true }));

function ran(...names: string[]): void {
  const database = new DatabaseSync(home.file('gateway.sqlite'));
  database.exec('CREATE TABLE IF NOT EXISTS migrations (name varchar(190) PRIMARY KEY)');
  for (const name of names) database.prepare('INSERT INTO migrations VALUES (?)').run(name);
  database.close();
}

function said(): string {
  let text = '';
  const terminal = new Terminal({ write: (part: string) => (text += part) }, {});
  reportChangedMigrations(home, 'gateway', writtenMigrations('gateway', root), terminal);
  return text;
}

test('a migration that has changed since it ran is named, with the command that starts anew', () => {
  save("export const orders = { name: '0025-orders', up: 'one' };");
  ran('0025-orders');
  expect(said()).toBe('');
  save("export const orders = { name: '0025-orders', up: 'two' };");
  expect(said()).toContain('services/gateway/migrations/orders.ts has changed since it ran here');
  expect(said()).toContain('`npx -y pnpm@12 dev --fresh`');
});

test('a change that is undone, and another comment, are no change', () => {
  save("export const orders = { name: '0025-orders', up: 'one' };");
  ran('0025-orders');
  said();
  save("export const orders = { name: '0025-orders', up: 'two' };");
  said();
  save("/** What was ordered. */\nexport const orders = { name: '0025-orders', up: 'one' };");
  expect(said()).toBe('');
});

test('one that has not run may change', () => {
  ran();
  save("export const orders = { name: '0025-orders', up: 'one' };");
  said();
  save("export const orders = { name: '0025-orders', up: 'two' };");
  ran('0025-orders');
  expect(said()).toBe('');
});

test('a playground that starts anew knows nothing of before', () => {
  save("export const orders = { name: '0025-orders', up: 'one' };");
  ran('0025-orders');
  said();
  home.clear();
  save("export const orders = { name: '0025-orders', up: 'two' };");
  ran('0025-orders');
  expect(said()).toBe('');
});
