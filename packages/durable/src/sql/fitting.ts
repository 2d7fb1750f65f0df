/** Bytes in one INSERT or one read: below MySQL's smallest max_allowed_packet, and what memory may hold. */
const BYTES_AT_ONCE = 8 * 1024 * 1024;

/** As many from the front as stay within the bytes of one statement, one at least. */
export function fitting<Item>(items: readonly Item[], sizeOf: (item: Item) => number): readonly Item[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += sizeOf(item);
    return index > 0 && bytes > BYTES_AT_ONCE;
  });
  return end < 0 ? items : items.slice(0, end);
}
