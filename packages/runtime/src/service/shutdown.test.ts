import { describe, expect, it } from 'vitest';
import { MemoryLogger } from '../logging/logger.ts';
import { Shutdown } from './shutdown.ts';

function shutdownWith(graceMs: number) {
  const logger = new MemoryLogger();
  return { logger, shutdown: new Shutdown({ logger, graceMs }) };
}

describe('a shutdown', () => {
  it('runs its steps one after the other, the one that was added last first', async () => {
    const logger = new MemoryLogger();
    const order: string[] = [];
    const shutdown = new Shutdown({ logger, graceMs: 10_000, onBegin: () => void order.push('begun') });
    shutdown.step('opened first', async () => void order.push('opened first'));
    shutdown.step('opened last', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push('opened last');
    });
    expect(await shutdown.run('test')).toBe(true);
    expect(order).toEqual(['begun', 'opened last', 'opened first']);
  });

  it('goes on after a step that failed, and is not clean', async () => {
    const { logger, shutdown } = shutdownWith(10_000);
    const order: string[] = [];
    shutdown.step('next', async () => void order.push('next'));
    shutdown.step('broken', async () => {
      throw new Error('no');
    });
    expect(await shutdown.run('test')).toBe(false);
    expect(order).toEqual(['next']);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ step: 'broken' }) }),
    );
  });

  it('leaves a step behind that outlasts the grace period, aborts its signal and names it', async () => {
    const { logger, shutdown } = shutdownWith(20);
    let aborted = false;
    shutdown.step('endless', (signal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise(() => {});
    });
    expect(await shutdown.run('test')).toBe(false);
    expect(aborted).toBe(true);
    expect(logger.lines.find(({ level }) => level === 'error')?.fields).toMatchObject({ step: 'endless' });
  });

  it('runs once however often it is asked to', async () => {
    const { shutdown } = shutdownWith(10_000);
    let runs = 0;
    shutdown.step('count', async () => {
      runs += 1;
    });
    await Promise.all([shutdown.run('a'), shutdown.run('b')]);
    expect(runs).toBe(1);
  });
});
