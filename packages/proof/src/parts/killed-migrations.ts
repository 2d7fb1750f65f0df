import { FaultyProxy } from '@postern/runtime/testing';
import type { Service, System } from '../system.ts';
import { asService } from './service-databases.ts';

const QUERY = 0x03;
const CHANGES = /^\s*(create|alter|drop|rename|insert|update|delete)\b/i;
/** Of a note that a migration has run, which is another each time. */
const TIMES = /'\d{4}-\d\d-\d\d[^']*'/g;

/**
 * Migrates by the command of the service, which is killed as soon as it has sent a statement that changes something and that none before it
 * had sent, and run again; where `isFatal` says so. The server does what it was sent, and nobody hears of it.
 *
 * @returns how often it was killed
 * @throws Error when it fails by itself
 */
export async function migrateKilled(system: System, service: Service, isFatal: () => boolean): Promise<number> {
  await using way = await FaultyProxy.before(asService(system.mariadb.url, service));
  const seen = new Set<string>();
  for (let kills = 0; ; kills++) {
    const killer = new AbortController();
    way.swallow((request) => {
      const statement = changeIn(request);
      if (statement === undefined || seen.has(statement) || killer.signal.aborted) return false;
      seen.add(statement);
      if (!isFatal()) return false;
      killer.abort();
      return true;
    });
    const { code, out, complaints } = await system.tryCommand(
      service,
      ['migrate'],
      { DATABASE_URL: way.url },
      killer.signal,
    );
    if (killer.signal.aborted) continue;
    if (code === 0) return kills;
    throw new Error(`${service} migrate ended with ${code} after it was killed ${kills} times: ${complaints || out}`);
  }
}

/** The statement that a client sends, where it changes something. */
function changeIn(packet: Buffer): string | undefined {
  if (packet[4] !== QUERY) return undefined;
  const statement = packet.subarray(5).toString('utf8');
  return CHANGES.test(statement) ? statement.replaceAll(TIMES, '') : undefined;
}
