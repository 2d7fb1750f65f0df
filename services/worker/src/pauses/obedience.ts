import { listReplicas, type ReplicaReport } from '@postern/durable';
import type { Database } from '@postern/runtime';
import { nameOf, type Pausable } from './pausable.ts';

/** Hosts of the replicas that are concerned, by whether they do what was asked. */
interface Obedience {
  obey: string[];
  /** Those that are silent are not among them: they do not answer, whether they obey or not. */
  not: string[];
}

/** Which of the replicas that consume a queue have paused it, or its handler; with `paused: false`, which of them have resumed it. */
export function obedience(replicas: readonly ReplicaReport[], target: Pausable, paused = true): Obedience {
  const name = nameOf(target);
  const concerned = replicas.filter(
    ({ state, queues }) => state === 'running' && queues.some(({ queue }) => queue === target.queue),
  );
  const does = (replica: ReplicaReport) => (replica.paused ?? []).includes(name) === paused;
  const hosts = (some: readonly ReplicaReport[]) => some.map(({ host }) => host);
  return { obey: hosts(concerned.filter(does)), not: hosts(concerned.filter((replica) => !does(replica))) };
}

/** How long replicas are waited for, in milliseconds: each looks every two seconds, and reports at once. */
const TIMEOUT_MS = 10_000;
const LOOK_MS = 250;

/** Who has paused it, or resumed it, when all have, or when they were waited for long enough. */
export async function untilObeyed(database: Database, target: Pausable, paused: boolean): Promise<Obedience> {
  const { clock } = database;
  const until = clock.monotonic() + TIMEOUT_MS;
  for (;;) {
    const replicas = obedience(await listReplicas(database), target, paused);
    if (replicas.not.length === 0 || clock.monotonic() >= until) return replicas;
    await clock.sleep(LOOK_MS);
  }
}

/** The same in a sentence. */
export function obedienceWords({ obey, not }: Obedience, paused: boolean): string {
  const all = obey.length + not.length;
  if (all === 0) return 'No replica consumes it at the moment.';
  const done = `${obey.length} of ${all} replicas ${paused ? 'have paused it' : 'have resumed it'}.`;
  return not.length === 0
    ? done
    : `${done} Not yet: ${not.join(', ')} (silent, hung, or of a release that cannot pause).`;
}
