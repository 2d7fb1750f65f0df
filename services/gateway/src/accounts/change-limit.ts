import type { AccountsConfig } from './config.ts';

/** One budget a person for changes that cost no password: each leaves a line in the audit log, and some a mail. */
export function changeLimit({ env }: AccountsConfig) {
  return { name: 'changes', per: 'account' as const, max: env.CHANGES_PER_HOUR, windowSeconds: 3600 };
}
