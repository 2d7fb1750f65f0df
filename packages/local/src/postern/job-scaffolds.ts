import type { Names } from './names.ts';
import { exported, type Scaffold } from './scaffold.ts';

/** A job's contract, and the handler that the worker has for it. */
export function jobScaffolds(
  { type, file, pascal, camel }: Names,
  { schema, argument, failure } = {
    schema: '{ id: z.uuid() }',
    argument: '{ id }',
    failure: `\`${type} is not written yet; it was given \${id}\``,
  },
): Scaffold[] {
  return [
    {
      file: `packages/events/src/catalog/${file}.ts`,
      text: `import { z } from 'zod';
import { defineJob } from '../define.ts';

/** Describe here what is to be done. It never carries a secret. */
export const ${pascal} = defineJob('${type}', 1, z.object(${schema}));
`,
      edits: [exported('packages/events/src/catalog/index.ts', pascal, file)],
    },
    {
      file: `services/worker/src/jobs/${file}.ts`,
      text: `import { ${pascal} } from '@postern/events';
import { handleJob } from './handle-job.ts';

/**
 * Describe here what is done, and do it in place of the error. Until then the job fails, so that its messages wait as dead
 * letters and do not count as done.
 */
export const ${camel} = () =>
  handleJob(${pascal}, async (${argument}) => {
    throw new Error(${failure});
  });
`,
      edits: [exported('services/worker/src/jobs/all.ts', camel, file)],
    },
  ];
}

/** Apart, as it is what the written file imports, and not this one. */
const durable = '@postern/durable';

/** A schedule, and the job that it dispatches: every night, unless it is said. */
export function scheduleScaffolds(names: Names, cron?: string): Scaffold[] {
  const failure = `'${names.type} is not written yet'`;
  return [...jobScaffolds(names, { schema: '{}', argument: '', failure }), scheduleScaffold(names, cron)];
}

/** A schedule of a job that is there. */
export function scheduleScaffold({ file, pascal, camel }: Names, cron?: string) {
  return {
    file: `services/worker/src/schedules/${file}.ts`,
    text: `import { call, type Schedule } from '${durable}';
import { ${pascal} } from '@postern/events';

/** ${cron === undefined ? 'Every night at 3:15 UTC' : 'Describe here when, and why then (UTC)'}. A run that was missed while no worker ran is caught up once. */
export const ${camel}: Schedule = { name: '${file}', cron: '${cron ?? '15 3 * * *'}', call: call(${pascal}, {}) };
`,
    edits: [exported('services/worker/src/schedules/all.ts', camel, file)],
  };
}
