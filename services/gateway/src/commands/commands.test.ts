import { readFileSync, writeFileSync } from 'node:fs';
import { proseNaming } from '@postern/local';
import { runCommands } from '@postern/runtime/testing';
import { expect, it } from 'vitest';
import { administrationModule } from '../accounts/administration/administration.module.ts';
import { privacyModule } from '../accounts/privacy/privacy.module.ts';
import { twoFactorModule } from '../accounts/two-factor/two-factor.module.ts';
import { modules } from '../modules.ts';
import { gatewayCommands } from './index.ts';

const commands = gatewayCommands(() => Promise.reject(new Error('it opened what it works on')));

const run = (...args: string[]) => runCommands(commands, ...args);
const names = commands.map(({ name }) => name);
/** A product may be without some of the capabilities, and the commands of those it is without are not there. */
const has = (command: string) => names.includes(command);

it.each(names)('%s refuses an option that it does not have, before it opens anything', async (name) => {
  const { code, complaints } = await run(...name.split(' '), '--no-such-option', '--now');
  expect({ code, complaints }).toMatchObject({
    code: 2,
    complaints: expect.stringContaining("option '--no-such-option'"),
  });
});

it.each(names)('%s shows its help with an example that begins with its name', async (name) => {
  const { code, out } = await run(...name.split(' '), '--help');
  expect(code).toBe(0);
  expect(out).toContain(`Usage: service ${name}`);
  expect(out).toMatch(new RegExp(`Examples:\n  service ${name}`));
});

it.each(
  (
    [
      ['two-factor', twoFactorModule, ['two-factor remove', 'user two-factor remove']],
      ['privacy', privacyModule, ['user erase']],
      [
        'administration',
        administrationModule,
        ['user disable', 'user enable', 'user sign-out', 'user void-password', 'user move'],
      ],
    ] as const
  ).filter(([, module]) => modules.includes(module)),
)('without the capability %s its commands are not there', (_name, module, gone) => {
  const rest = gatewayCommands(
    () => Promise.reject(new Error('it opened what it works on')),
    modules.filter((each) => each !== module),
  );
  expect(names.filter((name) => !rest.some((command) => command.name === name))).toEqual(gone);
});

it.each(
  [
    ['keys', 'revoke', 'some-id'],
    ['keys', 'rotate', '--by', 'b'.repeat(101)],
    ['two-factor', 'remove', '--email', 'ann@example.com', '--by', 'b'.repeat(101)],
    ['two-factor', 'remove'],
    ['two-factor', 'remove', '--id', '7'],
    ['user', 'move', 'ann@example.com', 'ann', '--yes'],
    ['user', 'move', 'ann@example.com', 'ann@example.net'],
    ['admin', 'create'],
    ['admin', 'create', '--email', 'ann'],
    ['audit', 'export', '--since', 'yesterday'],
    ['outbox', 'retry'],
    ['migrate', 'now'],
  ].filter(([first, second]) => first === 'migrate' || has(`${first} ${second}`)),
)('%s %s %s … is an error in the arguments', async (...args) => {
  expect((await run(...args)).code).toBe(2);
});

// As the client's types are: a developer's run writes the rows again, to be committed, and CI's only compares.
it('are all in docs/commands.md, in this order, and nothing else is', () => {
  const document = new URL('../../../../docs/commands.md', import.meta.url);
  const written = readFileSync(document, 'utf8');
  const rows = commands.map(
    ({ name, summary, json }) => `| \`gateway ${name}\` | ${summary} | ${json ? 'yes' : ''} |\n`,
  );
  const right = written.replace(/(^\| `gateway .*\n)+/m, rows.join(''));
  if (!process.env.CI && right !== written) {
    writeFileSync(document, right);
    console.log('The commands have changed, and with them their rows in docs/commands.md: commit it.');
    const before = [...written.matchAll(/^\| `gateway ([^`]+)`/gm)].map(([, name = '']) => name);
    for (const line of proseNaming(before.filter((name) => !names.includes(name)))) console.log(line);
  }
  expect(readFileSync(document, 'utf8')).toBe(right);
});
