import * as all from './all.ts';
import type { JobHandler, JobTools } from './handle-job.ts';

/** Every job's handler. A new one: its file, and a line in all.ts. */
export function jobHandlers(tools: JobTools): JobHandler[] {
  return Object.values(all).map((handlerWith) => handlerWith(tools));
}
