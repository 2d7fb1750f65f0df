export { createOutboxTable } from './create-outbox-table.ts';
export { type DeadRow, DeadRows } from './dead-rows.ts';
export { type AddOptions, Outbox } from './outbox.ts';
export { outboxCommands, withDeadRows } from './outbox-commands.ts';
export type { OutboxOptions } from './outbox-options.ts';
