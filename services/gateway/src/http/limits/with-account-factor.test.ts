import { expect, it } from 'vitest';
import type { Limit, Route } from '../route.ts';
import { withAccountFactor } from './with-account-factor.ts';

const limit = (name: string, per: Limit['per']): Limit => ({ name, per, max: 20, windowSeconds: 3_600 });
const routes = [
  { operationId: 'send', limits: [limit('send', 'account'), limit('all', 'everyone'), limit('network', 'address')] },
  { operationId: 'read' },
] as Route[];

it('lets an account through as many times as often, and nobody else', () => {
  const [send, read] = withAccountFactor(routes, 1_000);
  expect(send?.limits?.map(({ max }) => max)).toEqual([20_000, 20, 20]);
  expect(read?.limits).toBeUndefined();
});

it('leaves limits as they are unless it is said', () => {
  expect(withAccountFactor(routes, 1)).toEqual(routes);
});
