import { createEnvelope, encodeEnvelope, type MessageDefinition } from '@postern/events';
import type { EncodeJob } from '@postern/queue';

/** Writes a job of the catalog as an envelope. @throws EnvelopeError when the data breaks the job's schema */
export const encodeJob: EncodeJob = (job, data, { id, traceparent }) =>
  encodeEnvelope(createEnvelope(job as MessageDefinition, data, { source: 'postern/worker', id, traceparent }));
