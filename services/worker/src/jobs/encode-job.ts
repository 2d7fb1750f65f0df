import type { EncodeJob } from '@postern/durable';
import type { EnvelopeWriter, MessageDefinition } from '@postern/events';

/** Writes jobs as envelopes. What it makes throws EnvelopeError when the data breaks the job's schema. */
export function jobEncoder(writer: EnvelopeWriter): EncodeJob {
  return (job, data, fields) => writer.write(job as MessageDefinition, data, fields).body;
}
