import type { Router } from 'express';

type Layer = Router['stack'][number];
type Place = 'first' | 'operations' | 'last';

const PRODUCT_MIDDLEWARE = 1;
const PRODUCT_ERROR_HANDLER = 3;
const PLACES: Record<Place, number> = { first: 0, operations: 2, last: 4 };

/**
 * Keeps a router's layers in an order that does not depend on when they were added. The operations are mounted before a
 * product gets hold of the application; what it adds with `app.use` has to run before them all the same, and its error
 * handlers (which Express knows by their four parameters) behind them. Within one place the order of addition counts.
 */
export class LayerOrder {
  readonly #router: Router;
  readonly #places = new Map<unknown, number>();
  #arranged = 0;
  #products = 0;

  constructor(router: Router) {
    this.#router = router;
  }

  /** Says where the platform's own layer belongs. Whatever is not named here is the product's. */
  place<Handle>(place: Place, handle: Handle): Handle {
    this.#places.set(handle, PLACES[place]);
    return handle;
  }

  /** How many layers a product has added. Cheap when nothing was added since the last call. */
  arrange(): number {
    const { stack } = this.#router;
    if (stack.length !== this.#arranged) {
      // In place: the request that is on its way through the router goes on in this very list.
      stack.sort((a, b) => this.#placeOf(a) - this.#placeOf(b));
      this.#arranged = stack.length;
      this.#products = stack.filter(({ handle }) => !this.#places.has(handle)).length;
    }
    return this.#products;
  }

  #placeOf({ handle, route }: Layer): number {
    const own = this.#places.get(handle);
    if (own !== undefined) return own;
    return route === undefined && handle.length === 4 ? PRODUCT_ERROR_HANDLER : PRODUCT_MIDDLEWARE;
  }
}
