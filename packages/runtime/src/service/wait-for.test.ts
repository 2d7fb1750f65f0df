import { describe, expect, it } from 'vitest';
import { MemoryLogger } from '../logging/logger.ts';
import { FakeClock } from '../time/clock.ts';
import { waitFor } from './wait-for.ts';

/** A part that is away for so many tries, each for the same reason. */
function awayFor(tries: number, reason = 'ECONNREFUSED') {
  let left = tries;
  return async () => {
    if (left-- > 0) throw new Error(reason);
    return 'open';
  };
}

describe('waiting for a part', () => {
  it('ends when the part is there, and logs the same reason once a minute', async () => {
    const [logger, clock] = [new MemoryLogger(), new FakeClock()];
    const waiting = waitFor({ name: 'SQS', open: awayFor(6), fields: { meanwhile: 'waits' } }, { logger, clock });
    await expect.poll(() => clock.sleeping).toBe(1);
    await clock.advance(60_000);
    expect(await waiting).toBe('open');
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]).toMatchObject({
      level: 'warn',
      message: 'waiting for SQS',
      fields: { meanwhile: 'waits', reason: 'ECONNREFUSED', attempt: 1 },
    });
  });

  it('throws at once what no further try fixes', async () => {
    const [logger, clock] = [new MemoryLogger(), new FakeClock()];
    const part = { name: 'the database', open: awayFor(1, 'access denied'), mayPass: () => false };
    await expect(waitFor(part, { logger, clock })).rejects.toThrow('access denied');
    expect(logger.lines).toEqual([]);
  });

  it('is given up when its signal is aborted', async () => {
    const [logger, clock, stopping] = [new MemoryLogger(), new FakeClock(), new AbortController()];
    const waiting = waitFor({ name: 'SQS', open: awayFor(99) }, { logger, clock, signal: stopping.signal });
    stopping.abort(new Error('asked to stop'));
    await expect(waiting).rejects.toThrow('asked to stop');
  });
});
