import type { Names } from './names.ts';
import { appended, type Edit, exported, imported, type Scaffold } from './scaffold.ts';

const LINE = 120;
const list = 'services/worker/src/jobs/all.ts';
const schedules = 'services/worker/src/schedules/all.ts';

/** A job of the worker's own: what it is and who does it, in one file. */
export function jobScaffold(
  { type, file, camel }: Names,
  { data, argument, failure } = {
    data: '{ id: z.uuid() }',
    argument: '{ id }',
    failure: `\`${type} is not written yet; it was given \${id}\``,
  },
): Scaffold {
  return {
    file: `services/worker/src/jobs/${file}.ts`,
    text: `import { z } from 'zod';
import { job } from './job.ts';

/**
 * Describe here what is done, and do it in place of the error. Until then the job fails, so that its messages wait as dead
 * letters and do not count as done. Its data never carries a secret.
 */
export const ${camel} = job('${type}', {
  data: z.object(${data}),
  handle: async (${argument}) => {
    throw new Error(${failure});
  },
});
`,
    edits: [exported(list, camel, file)],
  };
}

/** A job that the gateway dispatches: its contract is in the catalog, which both know, and its handler in the worker. */
export function requestedJobScaffolds({ type, file, pascal, camel }: Names): Scaffold[] {
  return [
    {
      file: `packages/events/src/catalog/${file}.ts`,
      text: `import { z } from 'zod';
import { defineJob } from '../define.ts';

/** Describe here what is to be done. It never carries a secret. */
export const ${pascal} = defineJob('${type}', 1, z.object({ id: z.uuid() }));
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
export const ${camel} = handleJob(${pascal}, async ({ id }) => {
  throw new Error(\`${type} is not written yet; it was given \${id}\`);
});
`,
      edits: [exported(list, camel, file)],
    },
  ];
}

/** A job, and the line that has it dispatched again and again: every night, unless it is said. */
export function scheduleScaffold(names: Names, cron?: string): Scaffold {
  const job = jobScaffold(names, { data: '{}', argument: '', failure: `'${names.type} is not written yet'` });
  return { ...job, edits: [...(job.edits ?? []), ...scheduleEdits(names, cron)] };
}

/** What schedules a job of the worker's own. */
export function scheduleEdits({ file, camel }: Names, cron = '15 3 * * *'): [imported: Edit, line: Edit] {
  const [name, when, call] = [`name: '${file}'`, `cron: '${cron}'`, `call: call(${camel}, {})`];
  const line = `  { ${name}, ${when}, ${call} },`;
  const broken = ['  {', ...[name, when, call].map((each) => `    ${each},`), '  },'].join('\n');
  return [
    imported(schedules, camel, `../jobs/${file}.ts`),
    appended(schedules, line.length > LINE ? broken : line, /^export const schedules/, '];'),
  ];
}
