import { z } from 'zod';
import type { Session } from './session.ts';

/** A session as its owner sees it. */
export const sessionView = z
  .strictObject({
    id: z.uuid(),
    device: z.string(),
    address_range: z.string(),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    /** The one that asks. */
    current: z.boolean(),
  })
  .meta({ id: 'Session' });

type SessionView = z.infer<typeof sessionView>;

export const sessionExample: SessionView = {
  id: '01993470-1c6d-7d52-9f0e-6a2f3f2b8c11',
  device: 'Firefox on Linux',
  address_range: '203.0.113.0/24',
  created_at: '2026-11-23T12:00:00.000Z',
  last_used_at: '2026-11-23T12:30:00.000Z',
  expires_at: '2026-12-23T12:00:00.000Z',
  current: true,
};

export function viewOf(session: Session, currentId: string): SessionView {
  return {
    id: session.id,
    device: session.device,
    address_range: session.addressRange,
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
    current: session.id === currentId,
  };
}
