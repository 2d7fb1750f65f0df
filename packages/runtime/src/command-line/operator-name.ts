import { userInfo } from 'node:os';

/**
 * Who runs a command, for logs and audits, when `--by` does not say so: OPERATOR_NAME, or the account's name. In a
 * container that runs as a user id without an account (`--user 10001`) it is the id.
 */
export function operatorName(env: Record<string, string | undefined> = process.env, account = accountName): string {
  return env.OPERATOR_NAME?.trim() || account();
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
