import { idToBytes, type Transaction } from '@postern/runtime';
import { DeviceStore } from './device-store.ts';

export class SqlDeviceStore extends DeviceStore {
  override async see(
    tx: Transaction,
    userId: string,
    fingerprint: Buffer,
    now: Date,
  ): Promise<{ known: boolean; first: boolean }> {
    const user_id = idToBytes(userId);
    const rows: { fingerprint: Buffer }[] = await tx.sql('known_devices').where({ user_id }).select('fingerprint');
    await tx
      .sql('known_devices')
      .insert({ user_id, fingerprint, last_seen_at: now })
      .onConflict(['user_id', 'fingerprint'])
      .merge(['last_seen_at']);
    return { known: rows.some((row) => row.fingerprint.equals(fingerprint)), first: rows.length === 0 };
  }
}
