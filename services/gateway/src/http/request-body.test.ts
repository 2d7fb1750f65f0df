import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { MalformedRequest } from './problems.ts';
import { readBytes } from './request-body.ts';

function arriving(): IncomingMessage {
  return Object.assign(new Readable({ read() {} }), { headers: {} }) as unknown as IncomingMessage;
}

describe('the bytes of a body', () => {
  it('are all of it, and its closing makes no error, which would cost as much as the reading', async () => {
    const making = vi.spyOn(MalformedRequest, 'error');
    const request = arriving();
    const reading = readBytes(request);
    for (const part of ['{"a"', ':1}', null]) request.push(part);
    const closed = once(request, 'close');
    expect(String(await reading)).toBe('{"a":1}');
    await closed;
    expect(making).not.toHaveBeenCalled();
  });

  it('are refused where they end too early', async () => {
    const request = arriving();
    const reading = readBytes(request);
    request.push('{"a"');
    request.destroy();
    await expect(reading).rejects.toMatchObject({ status: 400 });
  });
});
