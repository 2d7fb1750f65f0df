import { expect, it } from 'vitest';
import { runCommandLine } from '../command-line/run-command-line.ts';
import { onHangUps } from './hang-ups.ts';

it('a SIGHUP while a service starts does not end it, and is heeded once it can be', async () => {
  let heeded = 0;
  const heed = () => {
    heeded += 1;
  };
  const serve = async () => {
    // False where nobody listens, which is where the signal ends the process.
    expect(process.emit('SIGHUP', 'SIGHUP')).toBe(true);
    onHangUps(heed);
  };
  await runCommandLine([], { service: 'some', version: '1', commands: [], serve });
  expect(heeded).toBe(1);
  process.emit('SIGHUP', 'SIGHUP');
  expect(heeded).toBe(2);
  process.off('SIGHUP', heed);
});
