import type { Route } from '../http/route.ts';

/** The routes of one capability, as the container hands them out: `container.getAll(AccountRoutes)`. */
export class AccountRoutes {
  readonly routes: readonly Route[];

  constructor(routes: readonly Route[]) {
    this.routes = routes;
  }
}
