import type { IncomingMessage } from 'node:http';
import { MemoryLogger } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { ClientAddresses } from './client-addresses.ts';

const request = (headers: Record<string, string>) =>
  ({ headers, socket: { remoteAddress: '10.0.0.1' } }) as unknown as IncomingMessage;

describe('forwarding headers', () => {
  it.each(['x-forwarded-for', 'forwarded', 'x-real-ip'])('that nobody trusts are warned of once: %s', (name) => {
    const logger = new MemoryLogger();
    const addresses = new ClientAddresses({ hops: 0, header: 'x-forwarded-for' }, logger);
    for (let sent = 0; sent < 3; sent++) addresses.notice(request({ [name]: '192.0.2.7' }));
    expect(logger.lines).toEqual([
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('TRUST_PROXY is 0') }),
    ]);
    expect(addresses.of(request({ 'x-forwarded-for': '192.0.2.7' }))).toBe('10.0.0.1');
  });

  it('of a trusted proxy are not news, but text in them that is not an address is, once', () => {
    const logger = new MemoryLogger();
    const addresses = new ClientAddresses({ hops: 1, header: 'x-forwarded-for' }, logger);
    addresses.notice(request({ 'x-forwarded-for': '192.0.2.7' }));
    expect(addresses.of(request({ 'x-forwarded-for': '192.0.2.7' }))).toBe('192.0.2.7');
    expect(logger.lines).toEqual([]);
    for (let sent = 0; sent < 3; sent++) addresses.of(request({ 'x-forwarded-for': 'client-7' }));
    expect(logger.lines).toHaveLength(1);
  });

  it('are read from the one that the proxies write, and from no other', () => {
    const headers = { 'x-forwarded-for': '6.6.6.6', forwarded: 'for=6.6.6.6, for="[2001:db8::7]:4711";proto=https' };
    const of = (header: 'x-forwarded-for' | 'forwarded') =>
      new ClientAddresses({ hops: 1, header }, new MemoryLogger()).of(request(headers));
    expect(of('forwarded')).toBe('2001:db8::7');
    expect(of('x-forwarded-for')).toBe('6.6.6.6');
  });

  it('that the trusted proxy writes malformed are warned of, and those that only the client does are not', () => {
    const logger = new MemoryLogger();
    const addresses = new ClientAddresses({ hops: 1, header: 'forwarded' }, logger);
    expect(addresses.of(request({ forwarded: 'for="6.6.6.6, for=192.0.2.7' }))).toBe('192.0.2.7');
    expect(logger.lines).toEqual([]);
    expect(addresses.of(request({ forwarded: 'for=6.6.6.6, for=2001:db8::7' }))).toBe('10.0.0.1');
    expect(logger.lines).toEqual([
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('malformed Forwarded') }),
    ]);
  });
});
