import { describe, expect, it } from 'vitest';
import { addressBlock, clientAddress } from './client-address.ts';

describe('the client address', () => {
  it('is that of the connection when no proxy is trusted, whatever the header says', () => {
    expect(clientAddress('192.0.2.1', '198.51.100.1', 0)).toBe('192.0.2.1');
  });

  it('is what the outermost trusted proxy has seen', () => {
    expect(clientAddress('10.0.0.1', '6.6.6.6, 198.51.100.1', 1)).toBe('198.51.100.1');
    expect(clientAddress('10.0.0.1', '6.6.6.6, 198.51.100.1, 10.0.0.2', 2)).toBe('198.51.100.1');
  });

  it('stops at what is no address, or missing', () => {
    expect(clientAddress('10.0.0.1', 'unknown', 1)).toBe('10.0.0.1');
    expect(clientAddress('10.0.0.1', '198.51.100.1', 5)).toBe('198.51.100.1');
    expect(clientAddress(undefined, undefined, 1)).toBe('');
  });

  it('is written as IPv4 when a dual-stack socket has mapped it', () => {
    expect(clientAddress('::ffff:192.0.2.1', undefined, 0)).toBe('192.0.2.1');
  });
});

describe('the block that a limit counts by', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, block) => {
    expect(addressBlock(address)).toBe(block);
  });
});
