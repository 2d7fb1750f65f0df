import type { Route } from '../route.ts';

/** Operations whose limits let an account through so many times as often: whoever develops one calls it more often than a person does. */
export function withAccountFactor(routes: readonly Route[], factor: number): readonly Route[] {
  if (factor === 1) return routes;
  return routes.map((route) => {
    if (!route.limits) return route;
    const limits = route.limits.map((limit) =>
      limit.per === 'account' ? { ...limit, max: limit.max * factor } : limit,
    );
    return { ...route, limits };
  });
}
