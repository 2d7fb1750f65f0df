import { FakeClock } from '@postern/runtime';
import { schedules } from '../../src/schedules/all.ts';
import { runScheduled } from '../../src/schedules/testing/run-scheduled.ts';
import type { TestGateway } from './test-gateway.ts';

/** Runs all that the gateway does by the clock, as if so many seconds had passed. */
export async function runSchedules(gateway: TestGateway, seconds: number): Promise<void> {
  const { database, config, clock } = gateway;
  const at = new FakeClock(new Date(clock.now().getTime() + seconds * 1_000));
  for (const { run } of schedules) await runScheduled(run, { database, config: config.env, clock: at });
}
