import type { Member } from './member.ts';

// What somebody does with the product's own operations, a line each: whatever makes an operation writes it.
export type OwnJourney = (member: Member) => void;
