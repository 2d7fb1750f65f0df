import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Clock, idToBytes, type Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import { originOf } from '../audit/origin.ts';
import type { AccountsConfig } from '../config.ts';
import type { RootKey } from '../root-key.ts';
import type { User } from '../users/user.ts';
import type { DeviceStore } from './device-store.ts';

const NONCE_BYTES = 16;
const TIME_BYTES = 4;
const VERSION_BYTES = 4;
const MAC_BYTES = 32;
const DAY_SECONDS = 86_400;
/** Longer than what a token is signed over, so that no fingerprint that is stored is the MAC of a token. */
const FINGERPRINT = 'browser and network fingerprint\0';

/** For how long a device is remembered that is not seen. */
export const REMEMBERED_MS = 365 * DAY_SECONDS * 1000;
const HOUR_MS = 3_600_000;
/** Whoever confirms a sign-up signs in then; of an account that nobody has used since, the first device may be a stranger's. */
const SIGNING_UP_MS = DAY_SECONDS * 1000;
/** Past so many devices within an hour there is no further notice: whoever has the password could have a mailbox flooded. */
const MAX_IN_AN_HOUR = 10;

/** Whose device it is, and what the account has proven so far. */
type Owner = Pick<User, 'id' | 'credentialVersion'>;

/**
 * Devices that have signed in to an account before. A device token, which a sign-in hands out and the next one may
 * bring along, proves it beyond doubt; browser and network together make it likely enough to spare a person a notice
 * (ASVS 5.0, 6.3.5).
 *
 * A token is good for DEVICE_DAYS, and until the next change that ends devices (`ENDINGS`): it is bound to the version of the
 * account's credentials. So one that counts at the second factor was handed out after that factor was shown.
 */
export class Devices {
  readonly #store: DeviceStore;
  readonly #root: RootKey;
  readonly #lifeSeconds: number;
  readonly #clock: Clock;

  constructor(store: DeviceStore, { env, root }: AccountsConfig, clock: Clock) {
    this.#store = store;
    this.#root = root;
    this.#lifeSeconds = env.DEVICE_DAYS * DAY_SECONDS;
    this.#clock = clock;
  }

  /**
   * A token for a device that has just signed in to this account.
   *
   * @param device what `read` gave for the token that it brought along: it stays the same device, and each has guesses of its own
   */
  mint(owner: Owner, device?: string): string {
    const nonce = device === undefined ? randomBytes(NONCE_BYTES) : Buffer.from(device, 'hex');
    const time = Buffer.alloc(TIME_BYTES);
    time.writeUInt32BE(this.#nowSeconds());
    const signed = Buffer.concat([nonce, time]);
    return Buffer.concat([signed, this.#mac(owner, signed)]).toString('base64url');
  }

  /** The device that the token was handed to when it signed in to this account; undefined for any other token. */
  read(owner: Owner, token: string | undefined): string | undefined {
    if (token === undefined) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== NONCE_BYTES + TIME_BYTES + MAC_BYTES) return undefined;
    const signed = bytes.subarray(0, -MAC_BYTES);
    if (!timingSafeEqual(bytes.subarray(-MAC_BYTES), this.#mac(owner, signed))) return undefined;
    // A time to come was written while the clock was ahead.
    if (Math.abs(this.#nowSeconds() - signed.readUInt32BE(NONCE_BYTES)) > this.#lifeSeconds) return undefined;
    return signed.toString('hex', 0, NONCE_BYTES);
  }

  /**
   * Notes a sign-in. True when the person should be notified: it is a device that the account has not been seen with since the
   * last change that ends devices. Not of the first one of an account that is a day old at most; of one that nobody has used, or not for so long that its
   * devices are forgotten, the next one is notified.
   */
  async isNew(
    tx: Transaction,
    owner: Owner & Pick<User, 'createdAt'>,
    device: string | undefined,
    context: RequestContext,
  ): Promise<boolean> {
    const { device: name, address_range } = originOf(context);
    const seen = `${name}\0${address_range}`;
    const fingerprint = this.#mac(owner, Buffer.from(`${FINGERPRINT}${seen}`));
    // What was stored before fingerprints had a label is known still: nobody gets a notice of every device after an update.
    const older = this.#mac(owner, Buffer.from(seen));
    const now = this.#clock.now();
    const { known, seen: others } = await this.#store.see(tx, owner.id, { fingerprint, older }, now);
    if (known || device !== undefined) return false;
    if (others.length === 0) return ageMs(owner.createdAt, now) > SIGNING_UP_MS;
    return others.filter((at) => ageMs(at, now) < HOUR_MS).length < MAX_IN_AN_HOUR;
  }

  #nowSeconds(): number {
    return Math.floor(this.#clock.now().getTime() / 1000);
  }

  #mac({ id, credentialVersion }: Owner, bytes: Uint8Array): Buffer {
    const version = Buffer.alloc(VERSION_BYTES);
    version.writeUInt32BE(credentialVersion);
    return createHmac('sha256', this.#root.derive('device-token'))
      .update(idToBytes(id))
      .update(version)
      .update(bytes)
      .digest();
  }
}

function ageMs(at: Date, now: Date): number {
  return now.getTime() - at.getTime();
}
