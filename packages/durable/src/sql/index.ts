export { Coalescer, type CoalescerOptions } from './coalescer.ts';
export { createTableIfMissing } from './create-table.ts';
export { keyColumn } from './key-column.ts';
export { type PruneOptions, pruneTable } from './prune-table.ts';
