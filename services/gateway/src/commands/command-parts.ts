import type { Database, Token } from '@postern/runtime';

/** What commands work with that need the gateway's own parts. */
export interface CommandParts {
  database: Database;
  /** An instance of a capability, made when it is asked for: a command needs only what it works with. */
  get<T>(token: Token<T>): T;
}
