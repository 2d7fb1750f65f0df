import { expect, test } from 'vitest';
import { FakeClock } from '../time/clock.ts';
import { MemoryLogger } from './logger.ts';
import { ThinnedLog } from './thinned-log.ts';

test('a hundred lines a second are written, and the next one reports how many were not', async () => {
  const clock = new FakeClock();
  const logger = new MemoryLogger();
  const log = new ThinnedLog(logger, clock);
  for (let n = 1; n <= 130; n++) log.info('handled', { n });
  expect(logger.lines).toHaveLength(100);
  await clock.advance(1_000);
  log.info('handled', { n: 131 });
  log.info('handled', { n: 132 });
  expect(logger.lines.slice(100).map(({ fields }) => fields)).toEqual([{ n: 131, lines_left_out: 30 }, { n: 132 }]);
});
