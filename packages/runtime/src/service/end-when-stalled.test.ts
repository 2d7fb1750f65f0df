import { expect, it } from 'vitest';
import { MemoryLogger } from '../logging/logger.ts';
import { Health } from '../ops/health.ts';
import { FakeClock } from '../time/clock.ts';
import { endWhenStalled } from './end-when-stalled.ts';
import { Shutdown } from './shutdown.ts';

const MINUTE = 60_000;

/** A process whose one part stalls when the test says so, and what it does about it. */
function running() {
  const logger = new MemoryLogger();
  const clock = new FakeClock();
  const health = new Health();
  const shutdown = new Shutdown({ logger, graceMs: MINUTE });
  const done: string[] = [];
  const part: { stall: string | undefined } = { stall: undefined };
  health.addLiveness('ledger', () => part.stall);
  shutdown.step('readiness', async () => {
    health.drain();
    done.push('stopped');
  });
  const ended = Promise.withResolvers<number>();
  const exit = (code: number) => {
    done.push('ended');
    ended.resolve(code);
  };
  endWhenStalled({ health, shutdown, logger, clock, exit });
  return { logger, clock, health, part, done, ended: ended.promise };
}

it('a process that has stalled for a minute stops what it can, and ends with 1', async () => {
  const { logger, clock, part, done, ended } = running();
  part.stall = 'a batch has been under way for 301 s';
  await clock.advance(MINUTE);
  expect(await ended).toBe(1);
  expect(done).toEqual(['stopped', 'ended']);
  const [line] = logger.lines.filter(({ level }) => level === 'error');
  expect(line?.fields).toEqual({ stalls: [{ name: 'ledger', ok: false, detail: part.stall }] });
});

it('a process that goes on in time does not end', async () => {
  const { clock, part, done } = running();
  for (let times = 0; times < 5; times++) {
    part.stall = 'stalled';
    await clock.advance(MINUTE - 10_000);
    part.stall = undefined;
    await clock.advance(10_000);
  }
  expect(done).toEqual([]);
});

it('a process that is asked to stop is left to its shutdown', async () => {
  const { clock, health, part, done } = running();
  part.stall = 'stalled';
  health.drain();
  await clock.advance(2 * MINUTE);
  expect(done).toEqual([]);
});
