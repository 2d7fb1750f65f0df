import type { ServiceName } from '../repository.ts';
import { RESERVED_WORDS } from '../reserved-words.ts';
import type { Content } from './event-scaffolds.ts';
import { type Field, schemaFields } from './fields.ts';
import type { Names } from './names.ts';
import { exported, type Scaffold } from './scaffold.ts';
import { sentence } from './source-text.ts';

const list = 'services/worker/src/jobs/all.ts';

/** What is said of a job, where it is said. */
export interface JobContent extends Content {
  /** Of jobs; `jobs` unless it is said. */
  queue?: string | undefined;
}

/** A job of the worker's own: what it is and who does it, in one file. */
export function jobScaffold({ type, file, camel }: Names, content: JobContent = {}): Scaffold {
  const { schema, argument, failure } = givenTo(type, content);
  const todo = `
 * Describe here what is done, and do it in place of the error. Until then the job fails, so that its messages wait as dead
 * letters and do not count as done. Its data never carries a secret.
`;
  return {
    file: `services/worker/src/jobs/${file}.ts`,
    text: `import { z } from 'zod';
import { job } from './job.ts';

/**${content.about === undefined ? todo : ` ${sentence(content.about, '')}`} */
export const ${camel} = job('${type}', {
  data: z.object(${schema}),
${content.queue === undefined ? '' : `  queue: '${content.queue}',\n`}  handle: async (${argument}) => {
    throw new Error(${failure});
  },
});
`,
    edits: [exported(list, camel, file)],
  };
}

/** A job that the gateway dispatches: its contract is in the catalog, which both know, and its handler in the worker. */
export function requestedJobScaffolds({ type, file, pascal, camel }: Names, content: JobContent = {}): Scaffold[] {
  const { schema, argument, failure } = givenTo(type, content);
  return [
    {
      file: `packages/events/src/catalog/${file}.ts`,
      text: `import { z } from 'zod';
import { defineJob } from '../define.ts';

/** ${sentence(content.about, 'Describe here what is to be done. It never carries a secret.')} */
export const ${pascal} = defineJob('${type}', 1, z.object(${schema})${content.queue === undefined ? '' : `, { queue: '${content.queue}' }`});
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
export const ${camel} = handleJob(${pascal}, async (${argument}) => {
  throw new Error(${failure});
});
`,
      edits: [exported(list, camel, file)],
    },
  ];
}

/** How it is dispatched, or several of the same fields are one after another and side by side, to be copied. */
export function dispatchAdvice(
  jobs: readonly Names[],
  { from, fields }: { from: ServiceName; fields?: readonly Field[] },
): string[] {
  const names = fields?.map(({ name }) => name) ?? ['id'];
  const data =
    names.length === 0
      ? '{}'
      : `{ ${names.map((name) => (RESERVED_WORDS.has(name) ? `${name}: …` : name)).join(', ')} }`;
  const [first] = jobs;
  if (!first) return [];
  if (from === 'gateway') {
    return [
      'An operation dispatches it by `JobPublisher`, in its transaction:',
      `  await jobs.dispatch(tx, ${first.pascal}, ${data});`,
    ];
  }
  const calls = `[${jobs.map(({ camel }) => `call(${camel}, ${data})`).join(', ')}]`;
  const [name = ''] = first.type.split('.');
  return [
    'A listener or another job dispatches it, now or later:',
    `  await jobs.dispatch(${first.camel}, ${data}, { delayMs: 60_000 });`,
    ...(jobs.length === 1
      ? []
      : [
          'All of them one after another, or side by side, with what follows:',
          `  await jobs.chain('${name}', ${calls});`,
          `  await jobs.batch('${name}', ${calls}, { onDone: call(…) });`,
        ]),
  ];
}

/** What a job is given (an id, unless it is said) and how it fails until it is written. */
function givenTo(type: string, { fields }: Content) {
  if (fields?.length === 0) return { schema: '{}', argument: '', failure: `'${type} is not written yet'` };
  const names = fields?.map(({ name }) => name) ?? ['id'];
  // What is a word of JavaScript can be no variable.
  const whole = names.some((name) => RESERVED_WORDS.has(name));
  const values = names.map((name) => `\${${whole ? 'data.' : ''}${name}}`).join(', ');
  return {
    schema: `{ ${fields ? schemaFields(fields) : 'id: z.uuid()'} }`,
    argument: whole ? 'data' : `{ ${names.join(', ')} }`,
    failure: `\`${type} is not written yet; it was given ${values}\``,
  };
}
