import { findDefinition, JobRequested, type MessageDefinition, readData } from '@postern/events';
import { isDataError } from '@postern/runtime';
import { PermanentError, RetryLater } from '@postern/sqs';
import { jobs as knownJobs } from '../jobs/index.ts';
import { refuse } from '../messages/read-message.ts';
import { listen } from './listen.ts';

/** Dispatches what an endpoint of the gateway wants done. One of a kind or version that this release does not know waits for a replica that does. */
export const dispatchJob = listen(JobRequested, 'dispatch-job', async ({ data, envelope }, { jobs, config, log }) => {
  const { job_id: id, job: type, job_version: version, queue, due_at, unique } = data;
  const definition = findDefinition(knownJobs, type, version);
  if (!definition) {
    const atMostMs = config.WORKER_UNKNOWN_MS;
    throw new RetryLater(`this release does not know version ${version} of ${type}`, {
      atMostMs,
      reason: 'unknown-type',
    });
  }
  checkWriter(definition, envelope.source);
  const content = refuse(() => readData(definition, version, data.data));
  const options = {
    id,
    ...(queue === undefined ? {} : { queue }),
    ...(due_at === undefined ? {} : { at: new Date(due_at) }),
    ...(unique && { unique: { key: unique.key, ...(unique.window_ms && { windowMs: unique.window_ms }) } }),
  };
  const { id: holder } = await jobs.dispatch(definition, content, options).catch(refuseValue);
  if (holder !== id) log.info('a unique job was there already', { job: type, job_id: id, instead: holder });
});

/** Of a value that cannot be kept, such as a time after the year 9999, no try changes anything. */
function refuseValue(error: unknown): never {
  if (!isDataError(error) && !(error instanceof RangeError)) throw error;
  throw new PermanentError('invalid-data', 'one of its values cannot be kept', { cause: error });
}

/** The worker signs what it dispatches: it must not write for a service what that may not write itself. */
function checkWriter({ type, writers }: MessageDefinition, source: string): void {
  if (writers.some((writer) => writer === source)) return;
  throw new PermanentError('not-its-writer', `${source} may not write ${type}`);
}
