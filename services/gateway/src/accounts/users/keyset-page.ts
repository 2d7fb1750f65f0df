import { z } from 'zod';
import { idField } from './fields.ts';

/** A page of a list that is sorted by id, newest first. Rows that come or go between pages shift nothing. */
export const pageQuery = {
  /** `next_after` of the page before. */
  after: idField.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
};

/** Cuts `limit + 1` rows to a page; the one too many shows that there are more. */
export function toPage<Row extends { id: string }>(rows: readonly Row[], limit: number) {
  const items = rows.slice(0, limit);
  return { items, next_after: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next_after: z.uuid().nullable() });
}
