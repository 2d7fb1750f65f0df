import { describe, expect, it } from 'vitest';
import { requireAcceptable } from './negotiation.ts';

const produced = ['application/json'];

describe('content negotiation', () => {
  it.each([
    undefined,
    '',
    '*/*',
    'application/json',
    'application/*',
    'text/html, */*;q=0.1',
    'APPLICATION/JSON;q=0.5',
  ])('serves JSON to Accept: %s', (accept) => {
    expect(() => requireAcceptable(accept, produced)).not.toThrow();
  });

  it.each([
    'text/html',
    'application/xml, text/*',
    '*/*;q=0',
    'application/json;q=0, */*',
    'application/*;q=0.0',
    'nonsense',
  ])('refuses Accept: %s', (accept) => {
    expect(() => requireAcceptable(accept, produced)).toThrow('application/json');
  });
});
