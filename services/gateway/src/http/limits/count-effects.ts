import type { Limit, LimitSubject, RouteRequest } from '../route.ts';
import type { RateLimiter } from './rate-limiter.ts';

type Transact = RouteRequest['transaction'];

interface Effects {
  limiter: RateLimiter;
  limits: readonly Limit[];
  subject: LimitSubject;
}

/**
 * Has what a request does counted when its handler begins to do it, with its first transaction: a request that is refused before then has done
 * nothing. Counted sooner and taken back, it would hold up others meanwhile, and who sends some that are refused would see
 * how much of a secret limit those others have used.
 */
export function countEffects(transaction: Transact, { limiter, limits, subject }: Effects): Transact {
  let counted = false;
  return async (work) => {
    if (counted) return transaction(work);
    counted = true;
    return limiter.takingBack(await limiter.check(limits, subject), () => transaction(work));
  };
}
