import { execFileSync } from 'node:child_process';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';

/** The lines that a process writes with a log of ours. */
function linesOf(script: string): Record<string, unknown>[] {
  const source = `import { createLogger } from '${import.meta.dirname}/logger.ts';
    const logger = createLogger({ service: 'test', version: '1.2.3', level: 'info' });
    ${script}`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a log line', () => {
  it('is one JSON object with time, level, service, version, replica, message and fields', () => {
    const [line] = linesOf("logger.child({ request_id: 'r1' }).warn('slow', { ms: 7 });");
    expect(line).toEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'warn',
      service: 'test',
      version: '1.2.3',
      replica: hostname(),
      message: 'slow',
      request_id: 'r1',
      ms: 7,
    });
  });

  it('reports an error with its cause', () => {
    const [line] = linesOf("logger.error('broken', { error: new Error('outer', { cause: new Error('inner') }) });");
    expect(line).toMatchObject({ error: { message: 'outer', cause: { message: 'inner' } } });
  });

  it('is one to read for a person who asks for it, with the stack of its error', () => {
    const script = `import { createLogger } from '${import.meta.dirname}/logger.ts';
      createLogger({ service: 'test', version: '1', format: 'pretty' }).warn('slow', { ms: 7, error: new Error('no') });`;
    const options = { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } } as const;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], options);
    expect(output).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}slow {2}ms=7\nError: no\n {4}at /);
  });

  it('has no text longer than somebody reads, whoever made it', () => {
    const [line] = linesOf(
      "logger.error('x'.repeat(1e6), { id: 'y'.repeat(1e6), big: 7n, error: new Error('z'.repeat(1e6), { cause: new Error('w'.repeat(1e6)) }) });",
    );
    expect(line).toMatchObject({ big: '7', id: expect.stringMatching(/^y{8192}… \(1000000 characters\)$/) });
    expect(JSON.stringify(line).length).toBeLessThan(60_000);
  });

  it('is not written below the level', () => {
    expect(linesOf("logger.debug('hidden'); logger.info('shown');").map(({ message }) => message)).toEqual(['shown']);
  });
});
