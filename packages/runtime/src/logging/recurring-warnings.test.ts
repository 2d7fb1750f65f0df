import { expect, test } from 'vitest';
import { FakeClock } from '../time/clock.ts';
import { MemoryLogger } from './logger.ts';
import { RecurringWarnings } from './recurring-warnings.ts';

function warnings() {
  const clock = new FakeClock();
  const logger = new MemoryLogger();
  return { clock, logger, faults: new RecurringWarnings({ logger, clock }) };
}

test('a fault is reported when it first comes, and then once a minute with how often it came', async () => {
  const { clock, logger, faults } = warnings();
  for (let second = 0; second < 150; second++) {
    faults.warn('order.shipped', 'a listener fails', { reason: 'no such table' });
    await clock.advance(1_000);
  }
  expect(logger.lines.map(({ fields }) => fields.times)).toEqual([undefined, 60, 60]);
  expect(logger.lines[0]).toMatchObject({ level: 'warn', fields: { reason: 'no such table' } });
});

test.each([10 * 60_000, -10 * 60_000])('a clock that is set by %i ms changes nothing about that', async (by) => {
  const { clock, logger, faults } = warnings();
  for (let second = 0; second < 90; second++) {
    if (second === 30) clock.set(by);
    faults.warn('order.shipped', 'a listener fails', {});
    await clock.advance(1_000);
  }
  expect(logger.lines.map(({ fields }) => fields.times)).toEqual([undefined, 60]);
});

test('another fault is reported beside it', () => {
  const { logger, faults } = warnings();
  for (const type of ['a', 'b', 'a', 'b']) faults.warn(type, 'fails', { type });
  expect(logger.lines.map(({ fields }) => fields.type)).toEqual(['a', 'b']);
});

test('a fault that was over is reported at once when it comes again', () => {
  const { logger, faults } = warnings();
  faults.warn('a', 'fails', {});
  expect(faults.ended('a')).toBe(true);
  expect(faults.ended('a')).toBe(false);
  faults.warn('a', 'fails', {});
  expect(logger.lines).toHaveLength(2);
});

test('that it works again is reported once, with how often it failed', () => {
  const { logger, faults } = warnings();
  for (let n = 0; n < 3; n++) faults.warn('a', 'fails', {});
  faults.recovered('a', 'works', {});
  faults.recovered('a', 'works', {});
  expect(logger.lines).toMatchObject([{ level: 'warn' }, { level: 'info', fields: { failed_times: 3 } }]);
});

test('what fails and works in turns has two lines a minute, and no failure is lost from the count', async () => {
  const { clock, logger, faults } = warnings();
  for (let second = 0; second < 120; second++) {
    faults.warn('a', 'fails', {});
    faults.recovered('a', 'works', {});
    await clock.advance(1_000);
  }
  expect(logger.lines.map(({ message, fields }) => [message, fields.times])).toEqual([
    ['fails', undefined],
    ['works', undefined],
    ['fails', 60],
    ['works', undefined],
  ]);
});

test('faults without end do not fill the memory: the one that was reported longest ago is forgotten', () => {
  const { logger, faults } = warnings();
  for (let n = 0; n <= 500; n++) faults.warn(`type ${n}`, 'fails', {});
  logger.lines.length = 0;
  faults.warn('type 500', 'fails', {});
  faults.warn('type 0', 'fails', {});
  expect(logger.lines).toHaveLength(1);
});
