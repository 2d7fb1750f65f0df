import { describe, expect, it } from 'vitest';
import { addressBlock, addressSite, clientAddress as from, isUnreadable, listedIn } from './read-address.ts';

const clientAddress = (remote: string | undefined, header: string | undefined, hops: number) =>
  from(remote, listedIn(header ?? ''), hops);

describe('the client address', () => {
  it('is that of the connection when no proxy is trusted, whatever the header says', () => {
    expect(clientAddress('192.0.2.1', '198.51.100.1', 0)).toBe('192.0.2.1');
  });

  it('is what the outermost trusted proxy has seen', () => {
    expect(clientAddress('10.0.0.1', '6.6.6.6, 198.51.100.1', 1)).toBe('198.51.100.1');
    expect(clientAddress('10.0.0.1', '6.6.6.6, 198.51.100.1, 10.0.0.2', 2)).toBe('198.51.100.1');
  });

  it.each([
    '192.0.2.7:5123',
    '"192.0.2.7:5123"',
    '[192.0.2.7]',
    '::ffff:192.0.2.7',
    '::FFFF:c000:207',
    '[::ffff:192.0.2.7]:443',
    '::ffff:192.0.2.7:5123',
    '64:ff9b::192.0.2.7',
    '[64:ff9b::c000:207]:443',
    '64:ff9b:1::c000:207',
    '::ffff:0:192.0.2.7',
    ' 192.0.2.7 ,',
    '198.51.100.1, , 192.0.2.7',
  ])('is read from %s as from 192.0.2.7', (written) => {
    expect(clientAddress('10.0.0.1', written, 1)).toBe('192.0.2.7');
  });

  it.each([
    '2001:DB8::7',
    '[2001:db8::7]',
    '[2001:db8::7]:443',
    '"[2001:db8::7]:443"',
    '2001:0db8:0:0:0:0:0:7',
    '2001:db8:0:0:0:0:0:7:443',
    '2001:db8::7:51234',
    '2001:db8::7%eth0',
    '[2001:db8::7%25eth0]:443',
  ])('is read from %s as from 2001:db8::7', (written) => {
    expect(clientAddress('10.0.0.1', written, 1)).toBe('2001:db8::7');
  });

  it.each(['client-7', '_SEVKISEK', '127.1', '0x7f000001', '192.0.2.7.5', '192.0.2.7:port', '[', '256.1.1.1'])(
    'is told apart by the words of the trusted proxy where those are not an address: %s',
    (written) => {
      const address = clientAddress('10.0.0.1', written, 1);
      expect(isUnreadable(address)).toBe(true);
      expect(address).not.toBe(clientAddress('10.0.0.1', `${written}x`, 1));
      expect(clientAddress('10.0.0.1', written.repeat(100), 1).length).toBeLessThan(200);
    },
  );

  it('stops at what is unknown or missing', () => {
    expect(clientAddress('10.0.0.1', 'unknown', 1)).toBe('10.0.0.1');
    expect(clientAddress('10.0.0.1', '198.51.100.1', 5)).toBe('198.51.100.1');
    expect(clientAddress(undefined, undefined, 1)).toBe('');
  });

  it('is written as IPv4 when a dual-stack socket has mapped it, or a translator', () => {
    expect(clientAddress('::ffff:192.0.2.1', undefined, 0)).toBe('192.0.2.1');
    expect(clientAddress('64:ff9b::192.0.2.1', undefined, 0)).toBe('192.0.2.1');
  });
});

describe('the block that a limit counts by', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['::1', '::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
  ])('of %s is %s', (address, block) => {
    expect(addressBlock(address)).toBe(block);
  });

  it('is one of many of a site, of which limits count all together', () => {
    expect(addressSite('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1::/48');
    expect(addressSite('2001:db8:1:ffff::9')).toBe('2001:db8:1::/48');
    expect(addressSite('192.0.2.1')).toBe('192.0.2.1');
    expect(addressSite('unreadable client-7')).toBe('unreadable client-7');
  });
});
