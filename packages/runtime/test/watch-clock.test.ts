import { expect, it } from 'vitest';
import { watchClock } from '../src/database/watch-clock.ts';
import { DatabaseClock, MemoryLogger, Metrics } from '../src/index.ts';
import { openPatiently, testDatabase } from '../src/testing/index.ts';

const TEN_MINUTES = 600_000;

/** A process whose host's clock is `aheadMs` off, at a database of its own. */
async function hostAhead(aheadMs: number) {
  const test = await testDatabase('clock');
  const logger = new MemoryLogger();
  const metrics = new Metrics({ defaults: false });
  const database = openPatiently(test.url, { logger, clock: new DatabaseClock(() => Date.now() + aheadMs) });
  const skew = async () => Number(/^clock_skew_seconds (\S+)$/m.exec(await metrics.expose())?.[1]);
  const lookAgain = async () => {
    await database.readClock();
    return skew();
  };
  const close = async () => {
    await database.close();
    await test.close();
  };
  return { logger, metrics, database, lookAgain, [Symbol.asyncDispose]: close };
}

it("knows the database's time from its first connection on", async () => {
  await using host = await hostAhead(TEN_MINUTES);
  await host.database.ping();
  expect(Math.abs(host.database.clock.now().getTime() - Date.now())).toBeLessThan(60_000);
});

it('warns of a host whose clock is ahead, and measures it', async () => {
  await using host = await hostAhead(TEN_MINUTES);
  const watch = watchClock(host.database, host);
  await expect.poll(() => host.logger.lines.filter(({ level }) => level === 'warn').length).toBe(1);
  expect(host.logger.lines[0]).toMatchObject({
    message: expect.stringContaining("this host's clock"),
    // A look is exact to half the time that it took, which is long where the machine stands still.
    fields: { ahead_seconds: expect.closeTo(600, -2) },
  });
  await expect.poll(() => host.lookAgain()).toBeCloseTo(600, -1);
  await watch.stop();
});

it('measures a host that is behind as negative, and reports nothing about one that is right', async () => {
  await using behind = await hostAhead(-TEN_MINUTES);
  await using right = await hostAhead(0);
  const watches = [watchClock(behind.database, behind), watchClock(right.database, right)];
  await expect.poll(() => behind.lookAgain()).toBeCloseTo(-600, -1);
  expect(await right.lookAgain()).toBeCloseTo(0, -1);
  await Promise.all(watches.map((watch) => watch.stop()));
  expect(right.logger.lines.filter(({ level }) => level === 'warn')).toEqual([]);
});
