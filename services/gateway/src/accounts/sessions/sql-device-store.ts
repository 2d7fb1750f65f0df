import { idToBytes, type Transaction, toDate } from '@postern/runtime';
import { DeviceStore, type Fingerprints } from './device-store.ts';

/** Of an account; more than anybody has in a year. One that was forgotten costs a notice of a new device. */
const MAX_DEVICES = 100;

export class SqlDeviceStore extends DeviceStore {
  override async see(
    tx: Transaction,
    userId: string,
    { fingerprint, older }: Fingerprints,
    now: Date,
  ): Promise<{ known: boolean; seen: readonly Date[] }> {
    const user_id = idToBytes(userId);
    const rows: { fingerprint: Buffer; last_seen_at: unknown }[] = await tx
      .sql('known_devices')
      .where({ user_id })
      .orderBy('last_seen_at', 'desc')
      .select('fingerprint', 'last_seen_at');
    await tx
      .sql('known_devices')
      .insert({ user_id, fingerprint, last_seen_at: now })
      .onConflict(['user_id', 'fingerprint'])
      .merge(['last_seen_at']);
    const beyond = rows.slice(MAX_DEVICES - 1).map((row) => row.fingerprint);
    const forgotten = beyond.filter((other) => !other.equals(fingerprint));
    if (forgotten.length > 0)
      await tx.sql('known_devices').where({ user_id }).whereIn('fingerprint', forgotten).delete();
    const known = rows.some((row) => row.fingerprint.equals(fingerprint) || row.fingerprint.equals(older));
    return { known, seen: rows.map((row) => toDate(row.last_seen_at) as Date) };
  }
}
