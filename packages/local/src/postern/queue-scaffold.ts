import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import type { Names } from './names.ts';
import { type Edit, ended, type Scaffold, sectionLine } from './scaffold.ts';

const LIST = 'packages/events/src/queues.ts';
/** Who may do what with it in AWS. */
const POLICIES = ['worker', 'operator', 'keda'].map((of) => `services/aws/policies/${of}.json`);
/** What runs it in Kubernetes, and what has it scale. */
const MANIFESTS = ['services/kubernetes/base/worker.yaml', 'services/kubernetes/components/keda/scaled-objects.yaml'];

/**
 * A queue of jobs: its line in the list of queues, and where there are such files its rights in AWS, a Deployment that consumes it and what
 * scales that, as those of the queue `jobs`. It writes no file.
 */
export function queueScaffold({ file: name }: Names, root: string): Scaffold {
  const key = name.includes('-') ? `'${name}'` : name;
  const list = readFileSync(join(root, LIST), 'utf8');
  if (new RegExp(`^ {2}${key}: '`, 'm').test(list)) {
    throw new Fault(`The queue ${name} already exists (${LIST}); nothing was written.`);
  }
  const before = [...list.matchAll(/^ {2}'?([a-z0-9-]+)'?: 'jobs',$/gm)].at(-1)?.[1] ?? 'jobs';
  const there = (file: string) => existsSync(join(root, file));
  return {
    edits: [
      sectionLine(LIST, `  ${key}: 'jobs',`, {
        ...{ start: 'export const queueContents = {', end: /^\}/, row: /: 'jobs',$/ },
      }),
      documented(name),
      ...POLICIES.filter(there).map((file) => allowed(file, name, before)),
      ...MANIFESTS.filter(there).map((file) => copied(file, name, root)),
    ],
  };
}

/** The queue and its dead letters, after those of the queue before it in the list. */
function allowed(file: string, name: string, before: string): Edit {
  const line = new RegExp(`^( *"[^"]*\\$\\{prefix\\})${before}(-dead)?"(,?)$`, 'gm');
  return {
    ...{ file, line: `\${prefix}${name}` },
    apply: (text) =>
      text.replaceAll(line, (_, start: string, dead = '', comma: string) =>
        [`${start}${before}${dead}",`, `${start}${name}${dead}"${comma}`].join('\n'),
      ),
  };
}

/** The documents of the queue `jobs`, once more for another one. */
function copied(file: string, name: string, root: string): Edit {
  const documents = readFileSync(join(root, file), 'utf8').split(/^---\n/m);
  const own = documents.filter((document) => /^ {2}name: worker-jobs$/m.test(document));
  if (own.length === 0) throw new Fault(`${file} has no worker-jobs to make worker-${name} of; nothing was written.`);
  // One replica of worker-jobs stays, for what is not in SQS; of another queue none has to.
  const copies = own.map(
    (document) =>
      `---\n${document.replaceAll(/\bjobs\b/g, name).replace(/^ *#.*\n( *minReplicaCount:) \d+$/m, '$1 0')}`,
  );
  return { ...ended(file, copies.join('')), line: `worker-${name}` };
}

/** The default of WORKER_QUEUES: every queue of our own. */
function documented(name: string): Edit {
  const row = /^(\| `WORKER_QUEUES` \| `[^`]*)`/m;
  return {
    ...{ file: 'docs/configuration.md', line: `WORKER_QUEUES: ${name}` },
    apply: (text) => text.replace(row, (_, list: string) => `${list},${name}\``),
  };
}
