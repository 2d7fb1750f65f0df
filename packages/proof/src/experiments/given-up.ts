import { type Audit, without } from '../ledger/audit.ts';
import { GIVEN_UP } from '../parts/service-databases.ts';
import type { System } from '../system.ts';

/** Of a mail with a link; a body is lost with each sender that dies, or whose connection breaks, in the middle of it. */
export const BODIES_AT_MOST = 3;

interface GivenUp {
  /** Without those that were given up: they are neither lost nor stuck. */
  audit: Audit;
  figures: { two_bodies: number; three_bodies: number; given_up: number };
  promises: Record<string, boolean>;
}

/** Mails may be given up where the experiment breaks the same one so often that its policy ends (docs/decisions/unknown-mails.md), and nowhere else. */
export async function settledByPolicy({ databases }: System, audit: Audit): Promise<GivenUp> {
  const bodies = await databases.bodies();
  const { [GIVEN_UP]: givenUp = 0 } = await databases.mails();
  const most = Math.max(...bodies.keys());
  const brokenThrice = bodies.get(BODIES_AT_MOST) ?? 0;
  return {
    audit: without(audit, GIVEN_UP, givenUp),
    figures: { two_bodies: bodies.get(2) ?? 0, three_bodies: brokenThrice, given_up: givenUp },
    promises: {
      [`a mail has ${BODIES_AT_MOST} bodies at most, not ${most}`]: most <= BODIES_AT_MOST,
      [`${givenUp} mails were given up, ${brokenThrice} had ${BODIES_AT_MOST} bodies`]: givenUp <= brokenThrice,
    },
  };
}
