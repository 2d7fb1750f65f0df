import type { Transaction } from '@postern/runtime';
import { DeviceStore } from './device-store.ts';

/** The devices of a test. */
export class MemoryDeviceStore extends DeviceStore {
  readonly seen = new Map<string, Set<string>>();

  override async see(
    _tx: Transaction,
    userId: string,
    fingerprint: Buffer,
    _now: Date,
  ): Promise<{ known: boolean; first: boolean }> {
    const devices = this.seen.get(userId) ?? new Set();
    const before = { known: devices.has(fingerprint.toString('hex')), first: devices.size === 0 };
    this.seen.set(userId, devices.add(fingerprint.toString('hex')));
    return before;
  }
}
