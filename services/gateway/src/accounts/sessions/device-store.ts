import type { Transaction } from '@postern/runtime';

/** Port: the devices that people have signed in from, as fingerprints of 32 bytes. */
export abstract class DeviceStore {
  /** Remembers that the person signed in from it now; of very many, the one not seen for the longest time is forgotten. Tells whether it was known, and whether any was. */
  abstract see(
    tx: Transaction,
    userId: string,
    fingerprint: Buffer,
    now: Date,
  ): Promise<{ known: boolean; first: boolean }>;
}
