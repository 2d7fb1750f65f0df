import { FakeEvents, FakeJobs } from '@postern/events/testing';
import { MemoryLogger, Metrics, newTraceparent } from '@postern/runtime';
import { readConfig } from '../../config.ts';
import type { ScheduleContext, Scheduled } from '../gateway-schedule.ts';

const key = Buffer.alloc(32, 1).toString('base64');

/** The settings that have no default. */
const ENV = {
  ...{ DATABASE_URL: 'sqlite:/nowhere.sqlite', AWS_REGION: 'us-east-1', PUBLIC_URL: 'https://accounts.example.com' },
  ...{ LINK_KEY: key, GATEWAY_ENVELOPE_KEY: key, KEY_ENCRYPTION_KEY: key },
};

type Given = Pick<ScheduleContext, 'database'> & Partial<ScheduleContext>;

/** What a schedule works with: what is not given does nothing, and settings have their defaults. */
export function scheduleContext(given: Given): ScheduleContext {
  return {
    clock: given.database.clock,
    events: new FakeEvents(),
    jobs: new FakeJobs(),
    config: readConfig(ENV).env,
    metrics: new Metrics({ defaults: false }),
    log: new MemoryLogger(),
    signal: new AbortController().signal,
    traceparent: newTraceparent(),
    ...given,
  };
}

/** Runs what a schedule does once, as the gateway would when it fires. */
export async function runScheduled(run: Scheduled, given: Given): Promise<void> {
  await run(scheduleContext(given));
}
