import type { Knex } from 'knex';
import type { SuppressionCause } from './suppression-causes.ts';

/** Which suppressions are meant: what fits everything that is given. */
export interface SuppressionFilter {
  cause?: SuppressionCause | undefined;
  recipientHash?: Buffer | undefined;
  /** On the list since this time or later. */
  since?: Date | undefined;
  /** On the list since an earlier time. */
  before?: Date | undefined;
}

export function applySuppressionFilter(
  query: Knex.QueryBuilder,
  { cause, recipientHash, since, before }: SuppressionFilter,
): Knex.QueryBuilder {
  if (cause !== undefined) query.where({ cause });
  if (recipientHash !== undefined) query.where({ recipient_hash: recipientHash });
  if (since !== undefined) query.where('created_at', '>=', since);
  if (before !== undefined) query.where('created_at', '<', before);
  return query;
}

/** In words, for people and the audit. */
export function suppressionWords({ cause, since, before }: SuppressionFilter): string {
  const words = [
    cause && `suppressed for ${cause}`,
    since && `since ${since.toISOString()} or later`,
    before && `since before ${before.toISOString()}`,
  ].filter(Boolean);
  return words.length === 0 ? 'all addresses' : `addresses ${words.join(', ')}`;
}
