import type { PendingSignUp } from './pending-sign-up.ts';

/** How many pending sign-ups an address may have. */
export const PENDING_PER_ADDRESS = 10;

type Dated = Pick<PendingSignUp, 'id' | 'addressRange'>;

/**
 * Which pending sign-ups of an address end to make room for a new one: the oldest of the network that made most. A
 * stranger's many push out each other, not the owner's (docs/decisions/pending-sign-ups.md).
 *
 * @param pending those that there are, oldest first
 * @param newcomer counts for its network, and never ends itself
 */
export function crowdedOut(pending: readonly Dated[], newcomer: Dated): string[] {
  const left = [...pending];
  const ended: string[] = [];
  while (left.length >= PENDING_PER_ADDRESS) {
    const share = ({ addressRange }: Dated) =>
      [...left, newcomer].filter((other) => other.addressRange === addressRange).length;
    const largest = Math.max(...left.map(share));
    const [oldest] = left.splice(
      left.findIndex((one) => share(one) === largest),
      1,
    );
    if (oldest) ended.push(oldest.id);
  }
  return ended;
}
