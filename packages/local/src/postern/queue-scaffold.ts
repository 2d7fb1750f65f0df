import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import { ownJobFile } from './catalog.ts';
import { type Names, namesOf } from './names.ts';
import { QUEUE_LIST, queuesIn } from './queue-names.ts';
import { type Edit, ended, type Scaffold, sectionLine } from './scaffold.ts';

/** Who may do what with it in AWS. */
const POLICIES = ['worker', 'operator', 'keda'].map((of) => `services/aws/policies/${of}.json`);
/** What runs it in Kubernetes, and what has it scale. */
const MANIFESTS = ['services/kubernetes/base/worker.yaml', 'services/kubernetes/components/keda/scaled-objects.yaml'];

/**
 * A queue of jobs: its line in the list of queues, and where there are such files its rights in AWS, a Deployment that consumes it and what
 * scales that, as those of the queue `jobs`. It writes no file.
 *
 * @param jobs of the worker's own, that go over it from now on
 */
export function queueScaffold({ file: name }: Names, root: string, jobs: readonly string[] = []): Scaffold {
  const key = name.includes('-') ? `'${name}'` : name;
  const queues = queuesIn(root);
  if (queues.has(name)) throw new Fault(`The queue ${name} already exists (${QUEUE_LIST}); nothing was written.`);
  requireOwnName(name);
  const [before] = [...queues].findLast(([, content]) => content === 'jobs') ?? ['jobs'];
  const there = (file: string) => existsSync(join(root, file));
  return {
    edits: [
      sectionLine(QUEUE_LIST, `  ${key}: 'jobs',`, {
        ...{ start: 'export const queueContents = {', end: /^\}/, row: /: 'jobs',$/ },
      }),
      documented(name),
      ...POLICIES.filter(there).map((file) => allowed(file, name, before)),
      ...MANIFESTS.filter(there).map((file) => copied(file, name, root)),
      ...jobs.map((job) => goingOver(name, namesOf(job), root)),
    ],
  };
}

/** @throws Fault for the name of a queue that comes with another one, or with a subscriber */
function requireOwnName(name: string): void {
  const of = /-dead$/.test(name)
    ? 'dead letters'
    : /^for-/.test(name)
      ? 'other teams (packages/events/src/subscribers.ts)'
      : '';
  if (of !== '') throw new Fault(`"${name}" cannot be the name of a queue of jobs: queues of ${of} are called so.`);
}

/** The line in a job's definition. @throws Fault for one that says already what it goes over */
function goingOver(name: string, job: Names, root: string): Edit {
  const file = ownJobFile(job, root);
  const line = `  queue: '${name}',`;
  return {
    ...{ file, line: line.trim() },
    apply: (text) => {
      const start = text.indexOf(`job('${job.type}', {`);
      const at = text.indexOf('\n  handle:', start) + 1;
      if (start < 0 || at === 0 || /^ {2}queue:/m.test(text)) {
        throw new Fault(
          `${file} says already which queue it goes over, or is not as make:job writes it: write ${line.trim()} there. Nothing was written.`,
        );
      }
      return `${text.slice(0, at)}${line}\n${text.slice(at)}`;
    },
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
