export { Coalescer, type CoalescerOptions } from './coalescer.ts';
export { type PruneOptions, pruneTable } from './prune-table.ts';
