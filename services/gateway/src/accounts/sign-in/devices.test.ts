import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { ada, context, testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { SecretBox } from '../tokens/secret-box.ts';
import { Devices } from './devices.ts';
import { MemoryDeviceStore } from './memory-device-store.ts';

const mallory = '0199346e-aef0-73a9-9842-4475266d9bd1';
const phone = { ...context, userAgent: 'Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile', address: '192.0.2.1' };

let devices: Devices;

beforeEach(() => {
  devices = new Devices(new MemoryDeviceStore(), new SecretBox(testConfig()), new FakeClock());
});

describe('Devices', () => {
  it('know a device by its token, for the account that it signed in to alone', () => {
    const token = devices.mint(ada.id);
    expect(devices.read(ada.id, token)).toMatch(/^[0-9a-f]{32}$/);
    expect(devices.read(mallory, token)).toBeUndefined();
    for (const wrong of [undefined, '', 'x', `${token}AAAA`, token.slice(4)]) {
      expect(devices.read(ada.id, wrong)).toBeUndefined();
    }
  });

  it('find the first device of all not worth a notice, and each new one after it', async () => {
    expect(await devices.isNew(tx, ada.id, undefined, context)).toBe(false);
    expect(await devices.isNew(tx, ada.id, undefined, context)).toBe(false);
    expect(await devices.isNew(tx, ada.id, undefined, phone)).toBe(true);
    expect(await devices.isNew(tx, ada.id, undefined, phone)).toBe(false);
  });

  it('find a device that proves itself not new, wherever it is', async () => {
    await devices.isNew(tx, ada.id, undefined, context);
    const device = devices.read(ada.id, devices.mint(ada.id));
    expect(await devices.isNew(tx, ada.id, device, phone)).toBe(false);
  });
});
