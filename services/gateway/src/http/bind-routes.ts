import type { Binder, Token } from '@postern/runtime';
import type { Route } from './route.ts';

type Tokens<Args extends readonly unknown[]> = { [Index in keyof Args]: Token<Args[Index]> };

/** Some routes of one capability, as the container hands them out: `container.getAll(Routes)`. */
export class Routes {
  readonly routes: readonly Route[];

  constructor(routes: readonly Route[]) {
    this.routes = routes;
  }
}

/** Adds the routes that `make` makes of its dependencies to what `getAll(Routes)` finds. */
export function bindRoutes<Args extends unknown[]>(
  module: Binder,
  make: (...dependencies: Args) => Route[],
  dependencies: [...Tokens<Args>],
): void {
  module
    .bind(Routes)
    .toResolvedValue((...args: unknown[]) => new Routes(make(...(args as Args))), dependencies as Token<unknown>[])
    .inSingletonScope();
}
