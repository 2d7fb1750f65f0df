import { jobScaffold } from './job-scaffolds.ts';
import type { Names } from './names.ts';
import { appended, type Edit, imported, type Scaffold } from './scaffold.ts';
import { sentence } from './source-text.ts';

interface ScheduleOptions {
  /** Every night, unless it is said. */
  cron?: string | undefined;
  /** Which its job goes over. */
  queue?: string | undefined;
  about?: string | undefined;
}

const NIGHTLY = '15 3 * * *';
const list = (service: 'gateway' | 'worker') => `services/${service}/src/schedules/all.ts`;

/** A job of the worker's, and the line that has it dispatched again and again. */
export function scheduleScaffold(names: Names, { cron, ...content }: ScheduleOptions = {}): Scaffold {
  const job = jobScaffold(names, { ...content, fields: [] });
  return { ...job, edits: [...(job.edits ?? []), ...scheduleEdits(names, cron)] };
}

/** What schedules a job of the worker's own. */
export function scheduleEdits({ file, camel }: Names, cron = NIGHTLY): [imported: Edit, line: Edit] {
  const line = `  { name: '${file}', cron: '${cron}', call: call(${camel}, {}) },`;
  return [imported(list('worker'), camel, `../jobs/${file}.ts`), lineOf(list('worker'), line)];
}

/** What the gateway does again and again, and the line that says when. */
export function gatewayScheduleScaffold(
  { type, file, camel }: Names,
  { cron = NIGHTLY, about }: Omit<ScheduleOptions, 'queue'> = {},
): Scaffold {
  const todo = `
 * Describe here what is done, and do it in place of the error: until then each run fails, which \`schedule list\` shows. A run may be cut
 * off anywhere, and is begun again then.
`;
  return {
    file: `services/gateway/src/schedules/${file}.ts`,
    text: `import type { Scheduled } from './gateway-schedule.ts';

/**${about === undefined ? todo : ` ${sentence(about, '')}`} */
export const ${camel}: Scheduled = async () => {
  throw new Error('${type} is not written yet');
};
`,
    edits: [
      imported(list('gateway'), camel, `./${file}.ts`),
      lineOf(list('gateway'), `  { name: '${file}', cron: '${cron}', run: ${camel} },`),
    ],
  };
}

function lineOf(file: string, line: string): Edit {
  return appended(file, line, /^export const schedules/, '];');
}
