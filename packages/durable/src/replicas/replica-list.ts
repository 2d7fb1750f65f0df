import { bytesToId, type Clock, type Database, toDate } from '@postern/runtime';
import { BEAT_MS, type ReplicaFacts } from './replica-beat.ts';

/** A replica as it was last heard of. */
export interface ReplicaReport extends ReplicaFacts {
  id: string;
  /** In a container its id, on Kubernetes the pod's name. */
  host: string;
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

const MOST = 500;

/** The replicas of a service of the last hour, those that started last first, at most 500. */
export async function listReplicas(database: Database, clock: Clock = database.clock): Promise<ReplicaReport[]> {
  const rows = await database.sql<ReplicaRow>('replicas').orderBy('started_at', 'desc').limit(MOST);
  const silentSince = clock.now().getTime() - 3 * BEAT_MS;
  return rows.map((row) => {
    const [startedAt, seenAt] = [toDate(row.started_at) as Date, toDate(row.seen_at) as Date];
    return {
      id: bytesToId(Buffer.from(row.id)),
      host: row.host,
      version: row.version,
      started_at: startedAt.toISOString(),
      seen_at: seenAt.toISOString(),
      state: seenAt.getTime() > silentSince ? 'running' : 'silent',
      loop_lag_ms: row.loop_lag_ms,
      ...(JSON.parse(row.facts) as ReplicaFacts & { memory_mb?: number }),
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
