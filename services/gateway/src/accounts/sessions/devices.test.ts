import { createHmac } from 'node:crypto';
import { FakeClock, idToBytes } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { originOf } from '../audit/origin.ts';
import { ada, context, testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import type { User } from '../users/user.ts';
import { Devices } from './devices.ts';
import { MemoryDeviceStore } from './memory-device-store.ts';

const mallory = { ...ada, id: '0199346e-aef0-73a9-9842-4475266d9bd1' };
const afterAChange = { ...ada, credentialVersion: ada.credentialVersion + 1 };
const phone = { ...context, userAgent: 'Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile', address: '192.0.2.1' };
const DAY_MS = 86_400_000;

let clock: FakeClock;
let store: MemoryDeviceStore;
let devices: Devices;

function mac(key: Buffer, { id, credentialVersion }: User, text: string): string {
  const version = Buffer.alloc(4);
  version.writeUInt32BE(credentialVersion);
  return createHmac('sha256', key).update(idToBytes(id)).update(version).update(text).digest('hex');
}

/** Of the device in `context`. */
function fingerprintOfEarlierReleases(owner: User): string {
  return mac(testConfig().root.derive('device-token'), owner, ['Firefox on Linux', '203.0.113.0/24'].join('\0'));
}

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryDeviceStore();
  devices = new Devices(store, testConfig(), clock);
});

describe('Devices', () => {
  it('know a device by its token, for the account that it signed in to alone', () => {
    const token = devices.mint(ada);
    expect(devices.read(ada, token)).toMatch(/^[0-9a-f]{32}$/);
    expect(devices.read(mallory, token)).toBeUndefined();
    for (const wrong of [undefined, '', 'x', `${token}AAAA`, token.slice(4)]) {
      expect(devices.read(ada, wrong)).toBeUndefined();
    }
  });

  it('know a device as the same one by each token that it was handed for the one before', () => {
    const first = devices.read(ada, devices.mint(ada));
    expect(devices.read(ada, devices.mint(ada, first))).toBe(first);
    expect(devices.read(ada, devices.mint(ada))).not.toBe(first);
  });

  it('know no device from before the credentials were changed', () => {
    const token = devices.mint(ada);
    expect(devices.read(afterAChange, token)).toBeUndefined();
    expect(devices.read(afterAChange, devices.mint(afterAChange))).toBeDefined();
  });

  it('know a device for as long as is set', () => {
    const token = devices.mint(ada);
    clock.advance(90 * DAY_MS);
    expect(devices.read(ada, token)).toBeDefined();
    clock.advance(1000);
    expect(devices.read(ada, token)).toBeUndefined();
  });

  it('know a device no longer whose token was handed out while the clock was far ahead', () => {
    clock.advance(365 * DAY_MS);
    const token = devices.mint(ada);
    clock.advance(-365 * DAY_MS);
    expect(devices.read(ada, token)).toBeUndefined();
  });

  it('find the first device of all not worth a notice, and each new one after it', async () => {
    expect(await devices.isNew(tx, ada, undefined, context)).toBe(false);
    expect(await devices.isNew(tx, ada, undefined, context)).toBe(false);
    expect(await devices.isNew(tx, ada, undefined, phone)).toBe(true);
    expect(await devices.isNew(tx, ada, undefined, phone)).toBe(false);
  });

  it('find the first one worth a notice where it comes more than a day after the sign-up, or all devices were forgotten', async () => {
    for (const days of [2, 366]) {
      store.seen.clear();
      const unused = { ...ada, createdAt: new Date(clock.now().getTime() - days * DAY_MS) };
      expect(await devices.isNew(tx, unused, undefined, context)).toBe(true);
    }
  });

  it('find no more than ten within an hour worth a notice: whoever has the password floods no mailbox', async () => {
    await devices.isNew(tx, ada, undefined, context);
    const flood = async () => {
      const noticed: boolean[] = [];
      for (let network = 0; network < 30; network++) {
        const address = `198.${clock.now().getUTCHours()}.${network}.1`;
        noticed.push(await devices.isNew(tx, ada, undefined, { ...context, address }));
      }
      return noticed.filter(Boolean).length;
    };
    expect(await flood()).toBe(9);
    await clock.advance(3_600_001);
    expect(await flood()).toBe(10);
  });

  it('find every device worth a notice once after the credentials were changed', async () => {
    await devices.isNew(tx, ada, undefined, context);
    expect(await devices.isNew(tx, afterAChange, undefined, context)).toBe(true);
    expect(await devices.isNew(tx, afterAChange, undefined, context)).toBe(false);
  });

  it('know a device by the fingerprint that an earlier release stored, and store another', async () => {
    const before = fingerprintOfEarlierReleases(ada);
    const longAgo = new Date(clock.now().getTime() - DAY_MS);
    store.seen.set(
      ada.id,
      new Map([
        [before, longAgo],
        ['another', longAgo],
      ]),
    );
    expect(await devices.isNew(tx, ada, undefined, context)).toBe(false);
    expect(await devices.isNew(tx, ada, undefined, phone)).toBe(true);
    expect(store.seen.get(ada.id)?.size).toBe(4);
  });

  it('store no MAC that a token could have, whatever browser and network a client makes up', async () => {
    const key = testConfig().root.derive('device-token');
    for (const userAgent of [
      '',
      'x',
      'Firefox/1',
      'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    ]) {
      for (const address of ['203.0.113.7', '2001:db8::1', '::1']) {
        await devices.isNew(tx, ada, undefined, { ...context, userAgent, address });
        const { device, address_range } = originOf({ ...context, userAgent, address });
        const unlabelled = mac(key, ada, `${device}\0${address_range}`);
        expect([...(store.seen.get(ada.id)?.keys() ?? [])]).not.toContain(unlabelled);
      }
    }
  });

  it('find a device that proves itself not new, wherever it is', async () => {
    await devices.isNew(tx, ada, undefined, context);
    const device = devices.read(ada, devices.mint(ada));
    expect(await devices.isNew(tx, ada, device, phone)).toBe(false);
  });
});
