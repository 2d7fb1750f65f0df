import type { Transaction } from '@postern/runtime';

/** What a device is known by: 32 bytes each. */
export interface Fingerprints {
  fingerprint: Buffer;
  /** As earlier releases made it: good for knowing the device, and not stored any more. */
  older: Buffer;
}

/** Port: the devices that people have signed in from. */
export abstract class DeviceStore {
  /** Remembers that the person signed in from it now; of very many, the one not seen for the longest time is forgotten. Returns whether it was known, and of the others when each was seen last. */
  abstract see(
    tx: Transaction,
    userId: string,
    fingerprints: Fingerprints,
    now: Date,
  ): Promise<{ known: boolean; seen: readonly Date[] }>;
}
