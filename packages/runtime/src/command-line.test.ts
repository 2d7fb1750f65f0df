import { describe, expect, it } from 'vitest';
import { type Command, runCommandLine, takesNoArguments } from './command-line.ts';

function run(...args: string[]) {
  const ran: string[] = [];
  const out = { text: '', errors: '' };
  const command = (name: string, more: Partial<Command> = {}): Command => ({
    name,
    summary: `does ${name}`,
    run: async (rest: readonly string[]) => void ran.push([name, ...rest].join('|')),
    ...more,
  });
  const code = runCommandLine(args, {
    service: 'gateway',
    version: '1.2.3',
    commands: [
      command('migrate', { run: async (rest: readonly string[]) => takesNoArguments(rest) }),
      command('keys list'),
      command('keys rotate', { usage: 'keys rotate [--now]' }),
      command('outbox', { run: async () => 1 }),
    ],
    serve: async () => void ran.push('serve'),
    write: (text) => (out.text += text),
    writeError: (text) => (out.errors += text),
  });
  return code.then((exit) => ({ exit, ran, ...out }));
}

describe('the command line', () => {
  it('serves without a command', async () => {
    expect(await run()).toMatchObject({ exit: undefined, ran: ['serve'] });
  });

  it('finds a command of one word or two, hands the rest on, and ends with its exit code', async () => {
    expect(await run('keys', 'rotate', '--now')).toMatchObject({ exit: 0, ran: ['keys rotate|--now'] });
    expect(await run('outbox')).toMatchObject({ exit: 1 });
  });

  it.each([['--help'], ['-h'], ['help']])('shows what there is on standard output for %s', async (word) => {
    const { exit, text, errors, ran } = await run(word);
    expect({ exit, errors, ran }).toEqual({ exit: 0, errors: '', ran: [] });
    expect(text).toMatch(/^Usage: gateway \[command\][\s\S]*migrate\s+does migrate[\s\S]*keys rotate/);
  });

  it.each([
    [['keys', 'rotate', '--help'], 'Usage: gateway keys rotate [--now]'],
    [['migrate', '-h'], 'Usage: gateway migrate'],
    [['keys', '--help'], 'keys list'],
  ])('shows the help of %s and runs nothing', async (args, expected) => {
    const { exit, text, ran } = await run(...args);
    expect({ exit, ran }).toEqual({ exit: 0, ran: [] });
    expect(text).toContain(expected);
  });

  it('prints its version', async () => {
    expect(await run('--version')).toMatchObject({ exit: 0, text: '1.2.3\n', ran: [] });
  });

  it.each([[['migrated']], [['keys', 'rotated']]])('ends with 2 and lists the commands for %s', async (args) => {
    const { exit, errors, ran } = await run(...args);
    expect({ exit, ran }).toEqual({ exit: 2, ran: [] });
    expect(errors).toMatch(/there is no command '.*'[\s\S]*migrate\s+does migrate/);
  });

  it('lists what begins with a word that alone is no command', async () => {
    const { exit, errors } = await run('keys');
    expect(exit).toBe(2);
    expect(errors).toMatch(/^gateway: 'keys' alone is no command: it is one of keys /);
    expect(errors).not.toContain('migrate');
  });

  it('ends with 2 for arguments that a command does not take, and says how to get help', async () => {
    const { exit, errors } = await run('migrate', 'now');
    expect(exit).toBe(2);
    expect(errors).toBe(
      "gateway: unexpected argument 'now': this command takes none\n'gateway migrate --help' shows the arguments.\n",
    );
  });

  it('lets a failure that is no mistake of the arguments through', async () => {
    const failing: Command = {
      name: 'x',
      summary: '',
      run: async (): Promise<void> => {
        throw new Error('disk full');
      },
    };
    const line = runCommandLine(['x'], {
      service: 's',
      version: '',
      commands: [failing],
      serve: async () => undefined,
    });
    await expect(line).rejects.toThrow('disk full');
  });
});
