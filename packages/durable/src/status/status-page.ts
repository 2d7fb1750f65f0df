import { table } from '@postern/runtime';
import type { ReplicaReport } from '../replicas/replica-list.ts';
import type { QueueStatus, Status } from './look-at-all.ts';

/** The status for a person: who runs, what waits, what does not work. */
export function statusPage({ outbox, replicas, queues, pauses }: Status): string[] {
  const lines: string[] = [];
  if (outbox) {
    const { pending, dead, oldest } = outbox;
    const since = oldest ? `, the oldest since ${oldest.toISOString()}` : '';
    lines.push(`outbox: ${pending} not sent, ${dead} of them dead${since}`, '');
  }
  if (replicas) lines.push(...replicaLines(replicas), '');
  if (queues) {
    const head = ['QUEUE', 'WAITING', 'IN FLIGHT', 'DELAYED', 'DEAD LETTERS', 'A SECOND', 'DRAINED IN'];
    lines.push(...table([head, ...queues.map(queueRow)]));
  }
  if (pauses && pauses.length > 0) {
    const rows = pauses.map((it) => [it.queue, it.handler || 'all', it.at.toISOString(), it.by, it.reason]);
    lines.push('', ...table([['PAUSED', 'HANDLER', 'SINCE', 'BY', 'WHY'], ...rows]));
  }
  return lines;
}

/** The states of a breaker, for whoever takes an open one for a good sign, and of a provider that answers no mail. */
const BREAKERS: Readonly<Record<string, string>> = {
  closed: 'works',
  open: 'shut off',
  'half-open': 'on probation',
  hanging: 'hangs',
};

function queueRow({ queue, waiting, in_flight, delayed, dead, ...speed }: QueueStatus): string[] {
  const drained = speed.drain_seconds === null ? (speed.paused ? 'paused' : '-') : `${speed.drain_seconds} s`;
  return [queue, ...[waiting, in_flight, delayed, dead, speed.per_second].map(String), drained];
}

function replicaLines(replicas: readonly ReplicaReport[]): string[] {
  if (replicas.length === 0) return ['no replica has run in the last hour'];
  const head = ['REPLICA', 'VERSION', 'STATE', 'STARTED', 'HEARD OF', 'LOOP LAG', 'MEMORY', 'QUEUES'];
  const rows = replicas.map(({ name, version, state, started_at, seen_at, loop_lag_ms, memory_mb, queues }) => [
    ...[name, version, state, started_at, seen_at, `${loop_lag_ms} ms`],
    memory_mb === undefined ? '-' : `${memory_mb} MB`,
    queues.map(({ queue }) => queue).join(',') || '-',
  ]);
  const parts = replicas.flatMap(({ name, state, parts }) =>
    parts.map((part) => [
      name,
      part.name,
      `${BREAKERS[part.state] ?? part.state}${part.until ? ` until ${part.until}` : ''}${state === 'silent' ? ' (when last heard of)' : ''}`,
      part.last_words === undefined ? '-' : `${part.last_words} (${part.last_words_at})`,
    ]),
  );
  return [
    ...table([head, ...rows]),
    ...(parts.length > 0 ? ['', ...table([['REPLICA', 'PART', 'STATE', 'LAST WORDS'], ...parts])] : []),
  ];
}
