import type { ReplicaReport } from '@postern/durable';
import { nameOf, type Pausable } from './pausable.ts';

/** Hosts of the replicas that are concerned, by whether they do what was asked. */
export interface Obedience {
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
