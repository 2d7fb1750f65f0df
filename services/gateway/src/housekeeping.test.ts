import { FakeClock, MemoryLogger } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { Housekeeping } from './housekeeping.ts';

describe('housekeeping', () => {
  it('goes on until nothing is left, every minute or so, until it is stopped', async () => {
    const clock = new FakeClock();
    let expired = 3;
    const sweep = { name: 'crumbs', run: async () => (expired > 0 ? expired-- : 0) };
    const housekeeping = new Housekeeping([sweep], clock, new MemoryLogger());
    housekeeping.start();
    await clock.advance(100_000);
    expect(expired).toBe(0);
    expect(clock.sleeping).toBe(1);
    await housekeeping.stop();
    expect(clock.sleeping).toBe(0);
  });

  it('reports a sweep that fails and does the others all the same', async () => {
    const logger = new MemoryLogger();
    let swept = false;
    const broken = {
      name: 'broken',
      run: async () => {
        throw new Error('no table');
      },
    };
    const fine = {
      name: 'fine',
      run: async () => {
        swept = true;
        return 0;
      },
    };
    await new Housekeeping([broken, fine], new FakeClock(), logger).round();
    expect(swept).toBe(true);
    expect(logger.lines).toMatchObject([{ level: 'warn', fields: { sweep: 'broken' } }]);
  });
});
