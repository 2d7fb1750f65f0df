import { accountSweeps } from '../accounts/privacy/account-sweeps.ts';
import { httpSweeps } from '../http/http-sweeps.ts';
import type { GatewaySchedule } from './gateway-schedule.ts';

/**
 * What the gateway does again and again, once across all replicas: a line each. Times are UTC unless a line has a `timezone`, and a run that was
 * missed while no gateway ran is caught up once.
 */
export const schedules: readonly GatewaySchedule[] = [
  // What has expired is deleted every minute, so that the tables do not grow for ever: not all in one second.
  ...httpSweeps,
  ...accountSweeps,
];
