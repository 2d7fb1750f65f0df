import { addScheduleOrders } from '@postern/durable';
import type { Migration } from '@postern/runtime';

/** Schedules that operators have paused on every replica, or want to run now. */
export const scheduleOrders: Migration = { name: '0021-schedule-orders', up: addScheduleOrders };
