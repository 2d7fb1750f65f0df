import { expect, it } from 'vitest';
import { runCommands } from '../testing/run-commands.ts';
import { defineCommand } from './command.ts';
import { runCommandLine } from './run-command-line.ts';

const lift = defineCommand({
  name: 'lift',
  summary: 'Lifts two lists',
  examples: ['lift'],
  run: async (_input, { progress, note, answer }) => {
    progress('lifted', 1, 4);
    progress('lifted', 4, 4);
    progress('checked', 0, 0);
    note('one stays');
    progress('checked', 1, 3);
    answer({}, 'done');
    progress('late', 1, 3);
    throw new Error('it broke');
  },
});

it('is a line each time where nobody looks on', async () => {
  const { complaints } = await runCommands([lift], 'lift');
  expect(complaints.split('\n')).toEqual([
    ...['lifted: 1 of 4', 'lifted: 4 of 4', 'checked: 0 of 0', 'one stays', 'checked: 1 of 3', 'late: 1 of 3'],
    'service: it broke',
  ]);
});

it('is a bar in one line of a terminal, which ends before anything else is written', async () => {
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  const streams = { write, writeError: write, onTerminal: true };
  await runCommandLine(['lift'], { service: 'service', version: 'test', commands: [lift], ...streams });
  const drawn = (line: string) => `\r\u001b[K${line}`;
  expect(text.split('\n')).toEqual([
    `${drawn('lifted  ██████░░░░░░░░░░░░░░░░░░  25 %  1 of 4')}${drawn(`lifted  ${'█'.repeat(24)} 100 %  4 of 4`)}`,
    drawn(`checked  ${'█'.repeat(24)} 100 %  0 of 0`),
    'one stays',
    drawn(`checked  ████████${'░'.repeat(16)}  33 %  1 of 3`),
    'done',
    drawn(`late  ████████${'░'.repeat(16)}  33 %  1 of 3`),
    'service: it broke',
    '',
  ]);
});
