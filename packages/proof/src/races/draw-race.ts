import type { SeededRandom } from '../seeded-random.ts';
import type { Act } from './account-model.ts';

/** The two sessions that an account has when a race begins. */
export const SESSIONS = ['a', 'b'] as const;
/** Latest moment at which a request of a race is sent: as long as the longest of them takes on a quiet machine, in milliseconds. */
const LATEST_MS = 40;

const ENDINGS = [
  ...['reset-password', 'change-password', 'disable', 'sign-out-everywhere', 'take-role', 'erase', 'sign-out'],
] as const satisfies Act['kind'][];
const USES = ['sign-in', 'refresh', 'administer', 'read'] as const satisfies Act['kind'][];

/** One request of a race, and when it is sent after its beginning, in milliseconds. */
export interface Entrant {
  act: Act;
  afterMs: number;
  /** Which gateway it goes to; two of them that are asked at once meet in the database alone. */
  gateway: number;
}

/**
 * Two or three requests: one that ends something, and what it ends or another that does. Which two it is comes in turns, so that
 * a short run has each of them; the rest is drawn.
 *
 * @param n of the race, from 0
 */
export function drawRace(random: SeededRandom, n: number): Entrant[] {
  const ending = ENDINGS[n % ENDINGS.length] as Act['kind'];
  const others = [...USES, ...ENDINGS].filter((kind) => kind !== ending);
  const rival = others[Math.floor(n / ENDINGS.length) % others.length] as Act['kind'];
  const kinds = new Set([ending, rival, ...(random.next() < 1 / 2 ? [random.oneOf(others)] : [])]);
  return [...kinds].map((kind, place) => ({
    act: actOf(kind, random),
    afterMs: random.between(0, LATEST_MS),
    gateway: (n + place) % 2,
  }));
}

/** Passwords by what they came from. */
function actOf(kind: Act['kind'], random: SeededRandom): Act {
  const session = random.oneOf(SESSIONS);
  switch (kind) {
    case 'sign-in':
      return { kind, password: 'old', opens: 'c' };
    case 'change-password':
      return { kind, session, from: 'old', to: 'changed' };
    case 'reset-password':
      return { kind, to: 'reset' };
    case 'disable':
    case 'take-role':
      return { kind };
    default:
      return { kind, session };
  }
}
