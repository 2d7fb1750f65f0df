import type { Schedule } from '@postern/durable';
import * as all from './all.ts';

/** What the worker does again and again, once across all replicas. A new one: its file, and a line in all.ts. */
export const schedules: readonly Schedule[] = Object.values(all).flat();
