import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { benchFiles } from '../src/bench.ts';
import { repositoryRoot } from '../src/repository.ts';

const run = promisify(execFile);
/** Far more than a start takes, far less than what a benchmark does. */
const LIMIT_MS = 120_000;

// Asked for help none opens a database: it is the same on all of them.
describe.runIf(!process.env.TEST_DATABASE_URL)('a benchmark without options of its own', () => {
  it.each(['history', 'growth'])('prints help where that is asked for, and measures nothing: %s', async (name) => {
    const program = join(repositoryRoot, benchFiles[name] as string);
    const { stdout } = await run(process.execPath, [program, '--help'], { timeout: LIMIT_MS });
    expect(stdout).toMatch(/^[A-Z]/);
    expect(stdout).not.toMatch(/\d ms\b/);
    await expect(run(process.execPath, [program, '--quick'], { timeout: LIMIT_MS })).rejects.toThrow("'--quick'");
  });
});
