import { type ScheduledFunction, type ScheduledRun, Scheduler } from '@postern/durable';
import { type Clock, type Database, type Logger, type Metrics, traceIdOf } from '@postern/runtime';
import type { GatewayEnv } from '../config.ts';
import type { Events } from '../outbox/event-publisher.ts';
import { JobPublisher, type Jobs } from '../outbox/job-publisher.ts';

/** What the gateway lends to what it does by the clock. */
export interface ScheduleContext extends ScheduledRun {
  /** The gateway's own. What is changed in one `transaction` is committed with what is dispatched in it, or neither is. */
  database: Database;
  clock: Clock;
  /** Dispatches events of the catalog: `events.dispatch(tx, OrderExpired, data)`. */
  events: Events;
  /** Has the worker do jobs: `jobs.dispatch(tx, AvatarResize, data)`. */
  jobs: Jobs;
  /** The gateway's settings, validated at its start: a variable of yours is a line in config.ts. */
  config: GatewayEnv;
  metrics: Metrics;
  /** Lines carry the schedule's name and the run's trace. */
  log: Logger;
}

/** What is done, on the one replica that fired. It may be cut off anywhere by a stop, and is begun again then. */
export type Scheduled = (context: ScheduleContext) => Promise<unknown>;

export type GatewaySchedule = ScheduledFunction<ScheduleContext>;

/** @throws RangeError that names the schedule that cannot be right */
export function gatewayScheduler(
  schedules: readonly GatewaySchedule[],
  { events, log, ...lent }: Omit<ScheduleContext, keyof ScheduledRun | 'jobs'>,
): Scheduler {
  const scheduler = new Scheduler(lent.database, { logger: log, clock: lent.clock, metrics: lent.metrics });
  for (const schedule of schedules) {
    const { name, run } = schedule;
    const runInTrace = ({ signal, traceparent }: ScheduledRun) => {
      const traced: Events = {
        dispatch: (tx, definition, data, options = {}) =>
          events.dispatch(tx, definition, data, { ...options, traceparent: options.traceparent ?? traceparent }),
      };
      return run({
        ...{ ...lent, signal, traceparent, events: traced, jobs: new JobPublisher(traced, lent.clock) },
        log: log.child({ schedule: name, trace_id: traceIdOf(traceparent) }),
      });
    };
    scheduler.add({ ...schedule, run: runInTrace });
  }
  return scheduler;
}
