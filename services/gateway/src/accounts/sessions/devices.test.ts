import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { ada, context, testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { Devices } from './devices.ts';
import { MemoryDeviceStore } from './memory-device-store.ts';

const mallory = { ...ada, id: '0199346e-aef0-73a9-9842-4475266d9bd1' };
const afterAChange = { ...ada, credentialVersion: ada.credentialVersion + 1 };
const phone = { ...context, userAgent: 'Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile', address: '192.0.2.1' };
const DAY_MS = 86_400_000;

let clock: FakeClock;
let devices: Devices;

beforeEach(() => {
  clock = new FakeClock();
  devices = new Devices(new MemoryDeviceStore(), testConfig(), clock);
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

  it('find the first device of all not worth a notice, and each new one after it', async () => {
    expect(await devices.isNew(tx, ada, undefined, context)).toBe(false);
    expect(await devices.isNew(tx, ada, undefined, context)).toBe(false);
    expect(await devices.isNew(tx, ada, undefined, phone)).toBe(true);
    expect(await devices.isNew(tx, ada, undefined, phone)).toBe(false);
  });

  it('find every device worth a notice once after the credentials were changed', async () => {
    await devices.isNew(tx, ada, undefined, context);
    expect(await devices.isNew(tx, afterAChange, undefined, context)).toBe(true);
    expect(await devices.isNew(tx, afterAChange, undefined, context)).toBe(false);
  });

  it('find a device that proves itself not new, wherever it is', async () => {
    await devices.isNew(tx, ada, undefined, context);
    const device = devices.read(ada, devices.mint(ada));
    expect(await devices.isNew(tx, ada, device, phone)).toBe(false);
  });
});
