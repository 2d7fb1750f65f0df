export { createOutboxTable } from './create-outbox-table.ts';
export { type AddOptions, Outbox } from './outbox.ts';
export type { OutboxOptions } from './outbox-options.ts';
