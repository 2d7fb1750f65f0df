import * as catalog from '@postern/events';
import { LinkTokenStore } from '../accounts/links/link-token-store.ts';
import { RoleStore } from '../accounts/roles/role-store.ts';
import { SessionStore } from '../accounts/sessions/session-store.ts';
import { SignUpStore } from '../accounts/sign-ups/sign-up-store.ts';
import { UserStore } from '../accounts/users/user-store.ts';
import { EventPublisher } from '../outbox/event-publisher.ts';
import { JobPublisher } from '../outbox/job-publisher.ts';
import type { CommandParts } from './command-parts.ts';
import type { ReplTools } from './repl.ts';

/** Stores and the publishers of events and jobs, by the names that the sources give them. */
export function replTools({ database, get }: CommandParts): ReplTools {
  return {
    database,
    catalog,
    users: get(UserStore),
    signUps: get(SignUpStore),
    sessions: get(SessionStore),
    roles: get(RoleStore),
    links: get(LinkTokenStore),
    events: get(EventPublisher),
    jobs: get(JobPublisher),
  };
}
