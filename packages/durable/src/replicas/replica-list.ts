import { bytesToId, type Clock, type Database, toDate } from '@postern/runtime';
import { BEAT_MS, type ReplicaFacts } from './replica-beat.ts';

/** A replica as it was last heard of. */
export interface ReplicaReport extends ReplicaFacts {
  id: string;
  /** In a container its id, on Kubernetes the pod's name. */
  host: string;
  /** Absent of an earlier release. */
  pid?: number;
  /** What distinguishes it from the others: its host, and its process where several share one. */
  name: string;
  version: string;
  started_at: string;
  seen_at: string;
  /** `silent`: it has missed three heartbeats. It was killed, hangs, or cannot reach its database; one that stops leaves the list. */
  state: 'running' | 'silent';
  /** The longest turn of its event loop in its last ten seconds. */
  loop_lag_ms: number;
  /** What it holds of the machine's memory (RSS). Absent of an earlier release. */
  memory_mb?: number;
}

const MAX_REPLICAS = 500;

/** The replicas of a service of the last hour, those that started last first, at most 500. */
export async function listReplicas(database: Database, clock: Clock = database.clock): Promise<ReplicaReport[]> {
  const rows = await database.sql<ReplicaRow>('replicas').orderBy('started_at', 'desc').limit(MAX_REPLICAS);
  const silentSince = clock.now().getTime() - 3 * BEAT_MS;
  const hosts = new Map<string, number>();
  for (const { host } of rows) hosts.set(host, (hosts.get(host) ?? 0) + 1);
  return rows.map((row) => {
    const facts = readFacts(row.facts);
    const alone = hosts.get(row.host) === 1 || facts.pid === undefined;
    const [startedAt, seenAt] = [toDate(row.started_at) as Date, toDate(row.seen_at) as Date];
    return {
      id: bytesToId(Buffer.from(row.id)),
      host: row.host,
      version: row.version,
      started_at: startedAt.toISOString(),
      seen_at: seenAt.toISOString(),
      state: seenAt.getTime() > silentSince ? 'running' : 'silent',
      loop_lag_ms: row.loop_lag_ms,
      name: alone ? row.host : `${row.host} pid ${facts.pid}`,
      ...facts,
    };
  });
}

interface ReplicaRow {
  id: Buffer;
  host: string;
  version: string;
  started_at: unknown;
  seen_at: unknown;
  loop_lag_ms: number;
  facts: string;
}

type Facts = ReplicaFacts & { memory_mb?: number; pid?: number };

/** One whose facts are damaged, or of a release that has others, is listed by what else is known of it, and hides no other. */
function readFacts(text: string): Facts {
  try {
    const facts: Partial<Facts> | null = JSON.parse(text);
    if (Array.isArray(facts?.queues) && Array.isArray(facts.parts)) return facts as Facts;
  } catch {
    // Cut, or edited by hand.
  }
  return { queues: [], parts: [] };
}
