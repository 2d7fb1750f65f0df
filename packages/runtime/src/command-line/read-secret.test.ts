import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { readSecret } from './read-secret.ts';

function terminal() {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (raw: boolean) => modes.push(raw) });
  return { input, modes };
}

it('a secret is asked for on a terminal, whose echo is off while it is typed', async () => {
  const { input, modes } = terminal();
  const asked: string[] = [];
  const secret = readSecret((question) => asked.push(question), input);
  expect(modes).toEqual([true]);
  input.write('correct horsf\u007fe\r');
  expect(await secret).toBe('correct horse');
  expect(modes).toEqual([true, false]);
  expect(asked).toEqual(['Password (does not show while you type):']);
});

it('a secret from a file is all of it without the line end, and nothing is asked', async () => {
  const input = new PassThrough();
  input.end(' a b \r\n');
  expect(await readSecret(() => expect.unreachable(), input)).toBe(' a b ');
});
