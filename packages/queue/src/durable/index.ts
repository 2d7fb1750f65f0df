export { type PruneOptions, pruneTable } from './prune-table.ts';
