import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCommands } from '@postern/runtime/testing';
import { expect, it } from 'vitest';
import { repl } from './repl.ts';

it('a prompt has the tools at hand by name, waits for what they promise, and ends with its input', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const shown = text(output);
  const users = { byId: async (id: string) => ({ id, firstName: 'Ann' }) };
  const command = repl((work) => work({ users }), { input, output });
  const ended = runCommands([command], 'repl');
  input.end("(await users.byId('7')).firstName\n");
  await ended;
  output.end();
  expect(await shown).toMatch(/At hand: users\.[\s\S]*'Ann'/);
});
