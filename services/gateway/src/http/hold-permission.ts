import type { Authenticator, Principal } from './authenticator.ts';
import { Forbidden } from './problems.ts';
import type { RouteRequest } from './route.ts';

/** The permission, or the session, was there when the request came, and is not there any more. */
class PermissionLost extends Error {}

interface Held {
  authenticator: Authenticator;
  principal: Principal;
  permission: string;
  /** The guard that let the request in: it says what is missing, and records it. */
  guard: () => Promise<unknown>;
}

type Transact = RouteRequest['transaction'];

/**
 * Has each transaction of a request hold the permission that let it in. The body comes up to twenty seconds after the headers, as its sender likes: whoever
 * was about to lose the role could keep such a request open, and give it back to themselves (ASVS 5.0, 8.3.1).
 */
export function holdPermission(transaction: Transact, { authenticator, principal, permission, guard }: Held): Transact {
  return async (work) => {
    try {
      return await transaction(async (tx) => {
        if (!(await authenticator.holds(tx, principal, permission))) throw new PermissionLost();
        return work(tx);
      });
    } catch (error) {
      if (!(error instanceof PermissionLost)) throw error;
      // After the transaction, as the refusal is recorded.
      await guard();
      throw Forbidden.error();
    }
  };
}
