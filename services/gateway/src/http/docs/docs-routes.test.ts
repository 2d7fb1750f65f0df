import { expect, it } from 'vitest';
import type { RouteRequest } from '../route.ts';
import { docsRoutes } from './docs-routes.ts';

const routes = docsRoutes([], { version: '0.0.0', problemBase: 'https://accounts.example.com/problems/' });
const described = routes.filter(({ path }) => path.endsWith('.json'));

it('describes the API and the messages', () => {
  expect(described.map(({ path }) => path)).toEqual(['/openapi.json', '/asyncapi.json']);
});

it.each(described.map(({ path, handle }) => [path, handle] as const))(
  'makes %s once, not with each request of a stranger',
  async (_path, handle) => {
    const request = {} as RouteRequest;
    const [first, second] = [await handle(request), await handle(request)];
    expect(second.body).toBe(first.body);
  },
);
