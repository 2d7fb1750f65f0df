import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** A process that logs a line each time it is asked to on standard input, and answers over IPC; `exit` ends it. */
const SOURCE = `
  import { createLogger } from '${import.meta.dirname}/../logging/logger.ts';
  import { runMain } from '${import.meta.dirname}/run-main.ts';
  const logger = createLogger({ service: 'test', version: 'test' });
  await runMain('test', async () => {
    process.on('message', (asked) => {
      if (asked === 'end') process.exit(0);
      logger.info('a line');
      process.stderr.write('a line\\n');
      setImmediate(() => process.send('written'));
    });
    process.send('ready');
  });
`;

describe('a process', () => {
  it('goes on when the readers of its output go away, and ends when it is asked to', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', SOURCE], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const word = () => Promise.race([new Promise((resolve) => child.once('message', resolve)), exited]);
    expect(await word()).toBe('ready');
    child.stdout?.destroy();
    child.stderr?.destroy();
    for (let line = 0; line < 5; line++) {
      const answer = word();
      child.send('write');
      expect(await answer).toBe('written');
    }
    child.send('end');
    expect(await exited).toBe(0);
  });
});
