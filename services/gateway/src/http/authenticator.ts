/** Who is asking, as far as the access token says. */
export interface Principal {
  userId: string;
  sessionId: string;
  roles: readonly string[];
  permissions: readonly string[];
  /** When a password or second factor was last proven in this session; `recentSignIn` looks at it. */
  authenticatedAt: Date;
}

/** Port: turns the bearer token of a request into a principal. */
export abstract class Authenticator {
  /** `undefined` for any token that is not good now, whatever the reason: the answer is one and the same 401. */
  abstract authenticate(bearer: string): Promise<Principal | undefined>;
}
