import { readFileSync } from 'node:fs';
import { runCommands } from '@postern/runtime/testing';
import { expect, it } from 'vitest';
import { commands } from './index.ts';

const run = (...args: string[]) => runCommands(commands, ...args);
const names = commands.map(({ name }) => name);

it.each(names)('%s refuses an option that it does not have, before it reads its configuration', async (name) => {
  const { code, complaints } = await run(...name.split(' '), '--no-such-option');
  expect({ code, complaints }).toMatchObject({
    code: 2,
    complaints: expect.stringContaining("option '--no-such-option'"),
  });
});

it.each(names)('%s shows its help with an example that begins with its name', async (name) => {
  const { code, out } = await run(...name.split(' '), '--help');
  expect(code).toBe(0);
  expect(out).toContain(`Usage: service ${name.replace(':', ' ')}`);
  expect(out).toMatch(new RegExp(`Examples:\n  service ${name}`));
});

it.each<[RegExp, ...string[]]>([
  [/command 'dance'/, 'dead-letters', 'dance'],
  [/argument 'queue'/, 'dead-letters', 'show'],
  [/<queue>: expected one of events, mail/, 'dead-letters', 'list', 'post'],
  [/unknown command 'dance'/, 'outbox', 'dance'],
  [/which rows/, 'outbox', 'retry'],
  [/"seven" is not a row/, 'outbox', 'retry', 'seven'],
  [/"1e3" is not a row/, 'outbox', 'remove', '1e3', '--yes'],
  [/add --yes/, 'outbox', 'remove', '7'],
  [/list|add|remove/, 'suppressions'],
  [/<id>: expected the id of a person/, 'forget', 'ann@example.com', '--yes'],
  [/name@domain/, 'forget', '01981f00-0000-7000-8000-000000000001', '--address', 'ann', '--yes'],
  [/does not come back: add --yes/, 'forget', '01981f00-0000-7000-8000-000000000001'],
  [/unknown command 'dance'/, 'suppressions', 'dance'],
  [/--reason WHY is missing/, 'suppressions', 'add', 'ann@example.com'],
  [/name@domain/, 'suppressions', 'remove', 'ann', '--reason', 'asked'],
  [/--limit: expected a whole number/, 'suppressions', 'list', '--limit', 'many'],
  [/there is no mail "no-such-mail"/, 'mail:preview', 'no-such-mail', '--to', 'ann@example.com'],
  [/--to ADDRESS/, 'mail:preview', 'welcome'],
  [/<name>: worker is who does what nobody asked for/, 'operators', 'add', 'worker', '--role', 'read'],
  [/--by: Worker is who/, 'suppressions', 'remove', 'ann@example.com', '--reason', 'asked', '--by', 'Worker'],
  [/stop all workers, and add --yes/, 'recipient-key', 'replace'],
  [/unknown command 'now'/, 'migrate', 'now'],
])('says %s for %s %s …, which is an error in the arguments', async (expected, ...args) => {
  const { code, complaints } = await run(...args);
  expect(code).toBe(2);
  expect(complaints).toMatch(expected);
});

it('are all in docs/commands.md, in this order, and nothing else is', () => {
  const text = readFileSync(new URL('../../../../docs/commands.md', import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| `worker '));
  expect(rows).toEqual(
    commands.map(({ name, summary, json }) => `| \`worker ${name}\` | ${summary} | ${json ? 'yes' : ''} |`),
  );
});
