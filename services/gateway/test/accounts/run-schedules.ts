import { FakeClock } from '@postern/runtime';
import { accountSweeps } from '../../src/accounts/privacy/account-sweeps.ts';
import { httpSweeps } from '../../src/http/http-sweeps.ts';
import { runScheduled } from '../../src/schedules/testing/run-scheduled.ts';
import type { TestGateway } from './test-gateway.ts';

/** Postern's own schedules: those of a product's may do anything. */
export const ownSchedules = [...httpSweeps, ...accountSweeps];

/** Runs them all, as if so many seconds had passed. */
export async function runSchedules(gateway: TestGateway, seconds: number): Promise<void> {
  const { database, config, clock } = gateway;
  const at = new FakeClock(new Date(clock.now().getTime() + seconds * 1_000));
  for (const { run } of ownSchedules) await runScheduled(run, { database, config: config.env, clock: at });
}
