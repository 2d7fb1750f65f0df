import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../configuration/env.ts';
import { argument, countField, defineCommand, flag, option, repeated, rest, timeField } from './command.ts';
import { runCommandLine } from './run-command-line.ts';

async function run(...args: string[]) {
  const ran: unknown[] = [];
  const out = { text: '', errors: '' };
  const note = (name: string) => async (input: object) => void ran.push([name, input]);
  const fail = (error: Error) => async (): Promise<void> => {
    throw error;
  };
  const commands = [
    defineCommand({ name: 'migrate', summary: 'Migrates', examples: ['migrate'], run: note('migrate') }),
    defineCommand({
      name: 'migrate status',
      summary: 'Shows',
      examples: ['migrate status'],
      run: async (_input, { json }) => (json ? 1 : 0),
    }),
    defineCommand({
      name: 'keys list',
      summary: 'Lists keys',
      examples: ['keys list --json'],
      run: async (_input, { answer }) => answer({ keys: ['a'] }, ['key a', 'no more']),
    }),
    defineCommand({
      name: 'keys revoke',
      summary: 'Revokes a key',
      about: 'It does not come back.',
      examples: ['keys revoke -Fj3 --now'],
      acts: true,
      input: {
        id: argument('which one', z.string()),
        now: flag('at once'),
        limit: option('N', 'at most', countField.optional()),
        set: repeated('PATH=VALUE', 'a change'),
      },
      run: async (input, { by }) => void ran.push([input, by]),
    }),
    defineCommand({ name: 'rows', summary: '', examples: ['rows'], input: { rows: rest('which') }, run: note('rows') }),
    defineCommand({
      name: 'mail preview',
      summary: 'Shows',
      examples: ['mail:preview'],
      input: { to: option('ADDRESS', 'whom to', z.email('expected an address')) },
      run: note('mail preview'),
    }),
    defineCommand({
      name: 'steer',
      summary: '',
      examples: ['steer'],
      run: async (_input, { answer, json }) => {
        answer('a\u001b', 'a\u001b[2J\u009bm\u202e\tb');
        if (!json) throw new Error('no\u0007');
      },
    }),
    defineCommand({ name: 'broken', summary: '', examples: ['broken'], run: fail(new Error('disk full')) }),
    defineCommand({ name: 'unset', summary: '', examples: ['x'], run: fail(new ConfigError(['KEY is not set'])) }),
    {
      name: 'other',
      summary: 'Of another',
      examples: ['other'] as const,
      passOn: async (words: readonly string[]) => {
        ran.push(words);
        return 7;
      },
    },
  ];
  const exit = await runCommandLine(args, {
    service: 'gateway',
    version: '1.2.3',
    commands: commands as never,
    serve: async () => void ran.push('serve'),
    write: (text) => {
      out.text += text;
    },
    writeError: (text) => {
      out.errors += text;
    },
    flush: async () => undefined,
  });
  return { exit, ran, ...out };
}

describe('the command line', () => {
  it('serves without a command', async () => {
    expect(await run()).toMatchObject({ exit: undefined, ran: ['serve'] });
  });

  it('reads arguments, options and flags, and ends with the exit code of the command', async () => {
    const { exit, ran } = await run(
      'keys',
      'revoke',
      'a',
      '--set',
      'x=1',
      '--now',
      '--limit=3',
      '--set',
      'y=2',
      '--by',
      'ann',
    );
    expect({ exit, ran }).toEqual({ exit: 0, ran: [[{ id: 'a', now: true, limit: 3, set: ['x=1', 'y=2'] }, 'ann']] });
    expect(await run('migrate', 'status', '--json')).toMatchObject({ exit: 1 });
    expect(await run('migrate', 'status')).toMatchObject({ exit: 0 });
    expect((await run('rows', '1', '2')).ran).toEqual([['rows', { rows: ['1', '2'] }]]);
  });

  it.each(['mail:preview', 'migrate:status', 'keys:list'])('takes a colon for a space: %s', async (name) => {
    expect((await run(name, '--help')).text).toContain(`Usage: gateway ${name.replace(':', ' ')}`);
  });

  it('treats an id that begins with a hyphen as what it is', async () => {
    expect((await run('keys', 'revoke', '-Fj3--x', '--now')).ran).toMatchObject([
      [{ id: '-Fj3--x', now: true }, expect.any(String)],
    ]);
    expect((await run('keys', 'revoke', '--now', '-hF_3')).ran).toMatchObject([[{ id: '-hF_3' }, expect.any(String)]]);
  });

  it('answers in lines, or as one JSON document', async () => {
    expect((await run('keys', 'list')).text).toBe('key a\nno more\n');
    expect(JSON.parse((await run('keys', 'list', '--json')).text)).toEqual({ keys: ['a'] });
  });

  it.each([['--help'], ['-h'], ['help']])(
    'lists the commands, with examples, on standard output for %s',
    async (word) => {
      const { exit, text, errors, ran } = await run(word);
      expect({ exit, errors, ran }).toEqual({ exit: 0, errors: '', ran: [] });
      expect(text).toMatch(
        /^Usage: gateway [\s\S]*migrate\s+Migrates[\s\S]*keys\s+list, revoke[\s\S]*Examples:\n {2}gateway migrate/,
      );
    },
  );

  it.each([
    [
      ['keys', 'revoke', '--help'],
      /Usage: gateway keys revoke [\s\S]*It does not come back[\s\S]*--by <NAME>[\s\S]*Examples:\n {2}gateway keys revoke -Fj3/,
    ],
    [['keys', 'revoke', '--by', '--help'], /Usage: gateway keys revoke/],
    [['keys', 'revoke', '--nonsense', '-h'], /Usage: gateway keys revoke/],
    [['migrate', '-h'], /Usage: gateway migrate[\s\S]*status\s+Shows[\s\S]*Examples:/],
    [
      ['keys', '--help'],
      /list\s+\[?[\s\S]*revoke[\s\S]*Examples:\n {2}gateway keys list --json\n {2}gateway keys revoke/,
    ],
    [['help', 'keys', 'list'], /Usage: gateway keys list/],
    [['mail', 'preview', '--help'], /--to <ADDRESS> +whom to \(required\)\n/],
  ])('shows the help of %s and runs nothing', async (args, expected) => {
    const { exit, text, ran } = await run(...args);
    expect({ exit, ran }).toEqual({ exit: 0, ran: [] });
    expect(text).toMatch(expected);
  });

  it('prints its version', async () => {
    expect(await run('--version')).toMatchObject({ exit: 0, text: '1.2.3\n', ran: [] });
  });

  it.each([
    [['migrat'], "gateway: unknown command 'migrat'\n(Did you mean migrate?)"],
    [['keys', 'lst'], "gateway: unknown command 'lst'\n(Did you mean list?)"],
    [['migrate', 'statsu'], "gateway: unknown command 'statsu'\n(Did you mean status?)"],
    [['keys', 'revoke', 'a', '--nwo'], "gateway: unknown option '--nwo'\n(Did you mean --now?)"],
    [['keys', 'revoke'], "gateway: missing required argument 'id'"],
    [['keys', 'revoke', 'a', 'b'], 'gateway: too many arguments'],
    [['keys', 'revoke', 'a', '--by', '--now'], 'gateway: --by NAME has no value'],
    [['keys', 'revoke', 'a', '--by', '', '--now'], 'gateway: --by: expected a name of 1 to 100 characters'],
    [['keys', 'revoke', 'a', '--by', 'b'.repeat(101)], 'gateway: --by: expected a name of 1 to 100 characters'],
    [['keys', 'revoke', 'a', '--limit', '0'], 'gateway: --limit: expected a whole number from 1'],
    [['mail', 'preview'], 'gateway: --to ADDRESS is missing: whom to'],
    [['mail', 'preview', '--to', 'x'], 'gateway: --to: expected an address'],
  ])('ends with 2 for %s, with what was wrong, the nearest name and where help is', async (args, expected) => {
    const { exit, errors, text, ran } = await run(...args);
    expect({ exit, ran, text }).toEqual({ exit: 2, ran: [], text: '' });
    expect(errors).toContain(expected);
    expect(errors).toMatch(/'gateway [^']*--help' /);
  });

  it('ends with 2 and lists what begins with words that alone are not a command', async () => {
    const { exit, errors } = await run('keys');
    expect(exit).toBe(2);
    expect(errors).toMatch(/list[\s\S]*revoke/);
  });

  it.each([
    ['broken', 'gateway: disk full\n'],
    ['unset', 'gateway: The configuration cannot be used:\ngateway:   - KEY is not set\n'],
  ])('ends with 1 and one line of why for what could not be done: %s', async (name, expected) => {
    expect(await run(name)).toMatchObject({ exit: 1, errors: expected, text: '' });
  });

  it('hands everything after the name on to another command line', async () => {
    expect(await run('other', '--help', 'x')).toMatchObject({ exit: 7, ran: [['--help', 'x']], text: '' });
    expect(await run('other:status', '--check')).toMatchObject({ exit: 7, ran: [['status', '--check']] });
  });

  it('shows what would steer a terminal instead of sending it, whoever wrote it', async () => {
    const { text, errors, exit } = await run('steer');
    expect(text).toBe('a\\u001b[2J\\u009bm\\u202e\tb\n');
    expect({ errors, exit }).toEqual({ errors: 'gateway: no\\u0007\n', exit: 1 });
    expect((await run('steer', '--json')).text).toBe('"a\\u001b"\n');
  });

  it.each(['5', '2026', '2026-02-31', '2026-13-01', '2026-01-31T10:00:00', 'yesterday', ''])(
    'takes %j for no time: it would be another than was meant',
    (text) => {
      expect(timeField.safeParse(text).success).toBe(false);
    },
  );

  it.each(['2026-01-31', '2026-01-31T10:00:00Z', '2026-01-31T10:00:00+02:00'])('takes %s for a time', (text) => {
    expect(timeField.parse(text)).toEqual(new Date(text));
  });

  it.each(['1e3', '0x10', ' ', '', '1.0', '+1', '0', '-1'])('takes %j for no number', async (text) => {
    expect(await run('keys', 'revoke', 'a', '--limit', text)).toMatchObject({
      exit: 2,
      ran: [],
      errors: expect.stringContaining('--limit: expected a whole number from 1'),
    });
  });
});

/** A process with one command, whose answer goes where the shell's redirection says. */
function answering(redirection: string) {
  const source = `
    import { runCommandLine } from '${import.meta.dirname}/run-command-line.ts';
    import { runMain } from '${import.meta.dirname}/../service/run-main.ts';
    const list = { name: 'list', summary: '', examples: ['list'], input: {}, acts: false, json: true,
      run: async (_input, { answer }) => answer([], 'x'.repeat(1_000_000)) };
    await runMain('test', async () => {
      process.exitCode = await runCommandLine(['list'], { service: 'test', version: '1', commands: [list] });
    });`;
  const shell = `"$0" --input-type=module -e "$1" ${redirection}`;
  return spawnSync('bash', ['-o', 'pipefail', '-c', shell, process.execPath, source], { encoding: 'utf8' });
}

describe('an answer', () => {
  it('that cannot be written fails the command, and the reason is given', () => {
    const { status, stderr } = answering('> /dev/full');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^test: the answer could not be written: ENOSPC/),
    });
  });

  it('whose reader has seen enough is a success', () => {
    expect(answering('| head -c 10')).toMatchObject({ status: 0, stderr: '', stdout: 'xxxxxxxxxx' });
  });
});
