import type { Token } from '@postern/runtime';
import type { Container } from 'inversify';
import type { Route } from '../http/route.ts';
import { AccountRoutes } from './account-routes.ts';

type Tokens<Args extends readonly unknown[]> = { [Index in keyof Args]: Token<Args[Index]> };

/** Adds the routes that `make` makes of its dependencies to what `getAll(AccountRoutes)` finds. */
export function bindRoutes<Args extends unknown[]>(
  container: Container,
  make: (...dependencies: Args) => Route[],
  dependencies: [...Tokens<Args>],
): void {
  container
    .bind(AccountRoutes)
    .toResolvedValue(
      (...args: unknown[]) => new AccountRoutes(make(...(args as Args))),
      dependencies as Token<unknown>[],
    )
    .inSingletonScope();
}
