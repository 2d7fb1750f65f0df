import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { events, type MessageDefinition } from '@postern/events';
import { repositoryRoot } from '../repository.ts';

/** What others may rely on: every event, every job of the catalog, and the jobs that workers of one release write for those of the next. */
export async function releasedMessages(root = repositoryRoot): Promise<readonly MessageDefinition[]> {
  // The worker is not a package that could be imported: what it knows is looked up in the sources, as the generators look there.
  const worker = pathToFileURL(join(root, 'services/worker/src/jobs/index.ts')).href;
  const { jobs } = (await import(worker)) as { jobs: readonly MessageDefinition[] };
  return [...events, ...jobs];
}
