import type { Transaction } from '@postern/runtime';
import { DeviceStore, type Fingerprints } from './device-store.ts';

/** The devices of a test. */
export class MemoryDeviceStore extends DeviceStore {
  readonly seen = new Map<string, Set<string>>();

  override async see(
    _tx: Transaction,
    userId: string,
    { fingerprint, older }: Fingerprints,
    _now: Date,
  ): Promise<{ known: boolean; first: boolean }> {
    const devices = this.seen.get(userId) ?? new Set();
    const known = [fingerprint, older].some((one) => devices.has(one.toString('hex')));
    const before = { known, first: devices.size === 0 };
    this.seen.set(userId, devices.add(fingerprint.toString('hex')));
    return before;
  }
}
