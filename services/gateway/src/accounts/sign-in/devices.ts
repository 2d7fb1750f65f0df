import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Clock, idToBytes, type Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import { originOf } from '../audit/origin.ts';
import type { SecretBox } from '../tokens/secret-box.ts';
import type { DeviceStore } from './device-store.ts';

const NONCE_BYTES = 16;
const MAC_BYTES = 32;

/**
 * Devices that have signed in to an account before. A device token, which a sign-in hands out and the next one may
 * bring along, proves it beyond doubt; browser and network together make it likely enough to spare a person a notice
 * (ASVS 5.0, 6.3.5).
 */
export class Devices {
  readonly #store: DeviceStore;
  readonly #key: Buffer;
  readonly #clock: Clock;

  constructor(store: DeviceStore, box: SecretBox, clock: Clock) {
    this.#store = store;
    this.#key = box.derive('device-token');
    this.#clock = clock;
  }

  /** A token for a device that has just signed in to this account. */
  mint(userId: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    return Buffer.concat([nonce, this.#mac(userId, nonce)]).toString('base64url');
  }

  /** The device that the token was handed to when it signed in to this account; undefined for any other token. */
  read(userId: string, token: string | undefined): string | undefined {
    if (token === undefined) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== NONCE_BYTES + MAC_BYTES) return undefined;
    const nonce = bytes.subarray(0, NONCE_BYTES);
    return timingSafeEqual(bytes.subarray(NONCE_BYTES), this.#mac(userId, nonce)) ? nonce.toString('hex') : undefined;
  }

  /** Notes a sign-in. True when the person should be told: it is a device that the account has not been seen with. */
  async isNew(tx: Transaction, userId: string, device: string | undefined, context: RequestContext): Promise<boolean> {
    const { device: name, address_range } = originOf(context);
    const fingerprint = this.#mac(userId, Buffer.from(`${name}\0${address_range}`));
    const { known, first } = await this.#store.see(tx, userId, fingerprint, this.#clock.now());
    return !known && !first && device === undefined;
  }

  deleteOfUser(tx: Transaction, userId: string): Promise<void> {
    return this.#store.deleteOfUser(tx, userId);
  }

  #mac(userId: string, bytes: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(idToBytes(userId)).update(bytes).digest();
  }
}
