import type { Transaction } from '@postern/runtime';
import { DeviceStore, type Fingerprints } from './device-store.ts';

export class MemoryDeviceStore extends DeviceStore {
  readonly seen = new Map<string, Map<string, Date>>();

  override async see(
    _tx: Transaction,
    userId: string,
    { fingerprint, older }: Fingerprints,
    now: Date,
  ): Promise<{ known: boolean; seen: readonly Date[] }> {
    const devices = this.seen.get(userId) ?? new Map<string, Date>();
    const known = [fingerprint, older].some((one) => devices.has(one.toString('hex')));
    const before = { known, seen: [...devices.values()] };
    this.seen.set(userId, devices.set(fingerprint.toString('hex'), now));
    return before;
  }
}
