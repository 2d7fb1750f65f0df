import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApp } from './app.ts';
import { Cors } from './cors.ts';
import type { Platform } from './pipeline.ts';
import { defineProblem, defineRoute, type Route } from './route.ts';

const platform = { metrics: { forRoute: () => ({ method: '', route: '', observe: () => {} }) } } as unknown as Platform;

const plain = defineRoute({
  method: 'get',
  path: '/a',
  operationId: 'a',
  summary: '',
  tags: [],
  auth: 'none',
  responses: { 204: { description: '' } },
  handle: async () => ({ status: 204 }),
});

function mount(...operations: Route[]): () => void {
  return () => void createApp(operations, platform, new Cors([], []));
}

describe('mounting routes', () => {
  it('refuses two operations at one place or of one name', () => {
    expect(mount(plain, { ...plain, operationId: 'b' })).toThrow("two routes are 'get /a'");
    expect(mount(plain, { ...plain, path: '/b' })).toThrow("two routes are 'a'");
  });

  it.each([
    ['a body on GET', { ...plain, body: z.object({}) }, 'a body on get'],
    ['path parameters without a schema', { ...plain, path: '/a/:id' }, 'do not match'],
    ['a schema without path parameters', { ...plain, params: z.object({}) }, 'do not match'],
    ['an idempotent GET', { ...plain, idempotent: true }, 'idempotent'],
    [
      'a rule over several fields that other faults would hide',
      { ...plain, method: 'post' as const, body: z.object({ a: z.string() }).refine(() => true) },
      'needs `when`',
    ],
    ['a recent sign-in that nobody needs', { ...plain, recentSignIn: true }, 'recentSignIn'],
    [
      'a limit per account for anybody',
      { ...plain, limits: [{ name: 'x', per: 'account' as const, max: 1, windowSeconds: 1 }] },
      'per account',
    ],
  ])('refuses %s when the process starts, and says of which operation', (_what, route, message) => {
    expect(mount(route)).toThrow(message);
    expect(mount(route)).toThrow(/^a \((get|post) \/a/);
  });

  it('refuses a kind of problem whose slug would not be an address', () => {
    const define = () => defineProblem({ type: 'No Good', status: 400, title: '', explanation: '' });
    expect(define).toThrow('kebab-case');
  });
});
