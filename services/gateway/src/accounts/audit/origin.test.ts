import { describe, expect, it } from 'vitest';
import { addressRange, deviceName } from './origin.ts';

describe('an address range', () => {
  it('names the network and not the host', () => {
    expect(addressRange('203.0.113.77')).toBe('203.0.113.0/24');
    expect(addressRange('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1::/48');
    expect(addressRange('2001:0db8::1')).toBe('2001:db8::/48');
    expect(addressRange('::1')).toBe('::/48');
    expect(addressRange('1::2:3:4:5:6:7')).toBe('1:0:2::/48');
  });

  it('reports it when there is no address', () => {
    for (const none of ['', 'unreadable client-7']) expect(addressRange(none)).toBe('unknown');
  });
});

describe('a device name', () => {
  const agents: [string, string][] = [
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36', 'Chrome on Windows'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge on Windows'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15',
      'Safari on macOS',
    ],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1', 'Safari on iOS'],
    ['curl/8.15.0', 'curl'],
    ['', 'Unknown device'],
    ['<script>alert(1)</script>', 'Unknown device'],
  ];

  it.each(agents)('of %s is %s', (agent, name) => {
    expect(deviceName(agent)).toBe(name);
  });
});
