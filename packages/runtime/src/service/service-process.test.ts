import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** A process of a service: its `work` writes words to standard error, where the log is not. */
function start(work: string) {
  const source = `
    import { ServiceProcess, Metrics, openDatabase, createLogger, readEnv, serviceEnv } from '${import.meta.dirname}/../index.ts';
    const logger = createLogger({ service: 'test', version: 'test' });
    const word = (text) => process.stderr.write(text + '\\n');
    const database = openDatabase('sqlite::memory:', { logger });
    const identity = { service: 'test', version: 'test', telemetry: readEnv(serviceEnv, { ...process.env, DATABASE_URL: 'sqlite::memory:', AWS_REGION: 'x' }) };
    const options = { ...identity, logger, metrics: new Metrics({ defaults: false }), database, migrations: [], graceMs: 10_000 };
    const service = new ServiceProcess(options);
    await service.start(async () => { ${work} });
    word('start ended');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  let log = '';
  child.stdout.on('data', (chunk) => {
    log += chunk;
  });
  child.stderr.on('data', (chunk) => {
    words += chunk;
  });
  // Not `exit`: what it wrote last may be read after that.
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    said: () => words.trim().split('\n'),
    log: () => log,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

describe("a service's process", () => {
  it('stops what was opened last first, and the database last of all', async () => {
    const running = start(`
      const close = database.close.bind(database);
      database.close = () => { word('database'); return close(); };
      await service.waitForDatabase();
      service.onStop('sender', async () => word('sender'));
      service.onStop('requests', async () => word('requests'));
    `);
    await expect.poll(running.said).toContain('start ended');
    expect(await running.stop()).toBe(0);
    expect(running.said()).toEqual(['start ended', 'requests', 'sender', 'database']);
  });

  it('gives up its start when it is asked to stop, and stops what is open by then', async () => {
    const running = start(`
      service.onStop('sender', async () => word('sender'));
      await service.waitFor({ name: 'SQS', open: async () => { throw new Error('away'); } });
      word('never');
    `);
    await expect.poll(running.log).toContain('waiting for SQS');
    expect(await running.stop()).toBe(0);
    expect(running.said()).toContain('sender');
    expect(running.said()).not.toContain('never');
  });

  it('opens nothing more once it is stopping', async () => {
    const running = start(`
      word('started');
      await new Promise((resolve) => service.stopping.addEventListener('abort', resolve));
      service.onStop('late', async () => word('never'));
      word('never');
    `);
    await expect.poll(running.said).toContain('started');
    expect(await running.stop()).toBe(0);
    expect(running.said()).not.toContain('never');
  });
});
