/** What one request does to an account, or looks at, that others race with. Sessions and passwords have names. */
export type Act =
  | { kind: 'sign-in'; password: string; opens: string }
  | { kind: 'refresh' | 'read' | 'administer' | 'sign-out' | 'sign-out-everywhere' | 'erase'; session: string }
  | { kind: 'change-password'; session: string; from: string; to: string }
  | { kind: 'reset-password'; to: string }
  | { kind: 'disable' | 'take-role' };

/** An account, as far as the rules of docs/decisions/what-ends-when.md decide over it. */
export interface Account {
  /** What signs in, once the account is enabled where it is disabled; undefined when it was erased. */
  password: string | undefined;
  isDisabled: boolean;
  /** Those that live, sorted. */
  sessions: readonly string[];
  /** Whether the link to set another password, mailed before the race, still works. */
  hasLink: boolean;
  isAdmin: boolean;
}

const ENDED: Account = { password: undefined, isDisabled: false, sessions: [], hasLink: false, isAdmin: false };

/** The account after an act that was answered with success, or undefined where the rules do not allow it to succeed. */
export function after(account: Account, act: Act): Account | undefined {
  const { password, isDisabled, sessions, hasLink, isAdmin } = account;
  if ('session' in act && act.kind !== 'sign-out' && !sessions.includes(act.session)) return undefined;
  switch (act.kind) {
    case 'sign-in':
      return act.password === password && !isDisabled
        ? { ...account, sessions: [...sessions, act.opens].sort() }
        : undefined;
    case 'refresh':
    case 'read':
      return account;
    case 'administer':
      return isAdmin ? account : undefined;
    case 'sign-out':
      return { ...account, sessions: sessions.filter((session) => session !== act.session) };
    case 'sign-out-everywhere':
      return { ...account, sessions: [] };
    case 'change-password':
      return act.from === password
        ? { ...account, password: act.to, sessions: [act.session], hasLink: false }
        : undefined;
    case 'reset-password':
      return hasLink ? { ...account, password: act.to, sessions: [], hasLink: false } : undefined;
    case 'disable':
      return { ...account, isDisabled: true, sessions: [], hasLink: false };
    case 'take-role':
      return { ...account, isAdmin: false };
    case 'erase':
      return ENDED;
  }
}
