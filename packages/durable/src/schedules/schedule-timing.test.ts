import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextTime, timingText } from './schedule-timing.ts';

const at = (text: string) => new Date(text);

test('a cron pattern is read in UTC or in the time zone it names, over a change of the clocks', () => {
  expect(nextTime({ cron: '15 3 * * *' }, at('2026-01-01T03:15:00Z'))).toEqual(at('2026-01-02T03:15:00Z'));
  const berlin = { cron: '0 9 * * *', timezone: 'Europe/Berlin' };
  expect(nextTime(berlin, at('2026-03-28T12:00:00Z'))).toEqual(at('2026-03-29T07:00:00Z'));
  expect(nextTime(berlin, at('2026-03-27T12:00:00Z'))).toEqual(at('2026-03-28T08:00:00Z'));
  expect(timingText(berlin)).toBe('0 9 * * * Europe/Berlin');
});

test('a pattern without a zone comes when it does in a zone that ICU knows as UTC', () => {
  const crons = ['15 3 * * *', '*/7 2-5 * * 1-5', '30 0 29 2 *', '0 12 L * *', '5 * * * * *'];
  fc.assert(
    fc.property(
      fc.constantFrom(...crons),
      fc.date({ min: at('1999-01-01'), max: at('2030-01-01'), noInvalidDate: true }),
      (cron, after) => {
        const next = nextTime({ cron }, after);
        expect(next).toEqual(nextTime({ cron, timezone: 'Etc/UTC' }, after));
        expect(nextTime({ cron, timezone: 'UTC' }, after)).toEqual(next);
      },
    ),
  );
});

test('a pattern that is malformed, or a zone that is not one, is reported as such', () => {
  expect(() => nextTime({ cron: '99 * * * *' }, new Date(0))).toThrow(/"99 \* \* \* \*" \(UTC\) is not a cron pattern/);
  expect(() => nextTime({ cron: '* * * * *', timezone: 'Mars/Base' }, new Date(0))).toThrow(
    /"Mars\/Base" is not a time zone/,
  );
});

test('an interval keeps its beat however late it is looked at, and is always in the future', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 90_000 }), fc.nat(10_000_000), (everyMs, late) => {
      const last = new Date(1_700_000_000_000);
      const now = new Date(last.getTime() + late);
      const next = nextTime({ everyMs }, now, last).getTime();
      expect(next).toBeGreaterThan(now.getTime());
      expect(next - now.getTime()).toBeLessThanOrEqual(everyMs);
      expect((next - last.getTime()) % everyMs).toBe(0);
    }),
  );
});
