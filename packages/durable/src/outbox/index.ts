export { createOutboxTable } from './create-outbox-table.ts';
export { type DeadRow, DeadRows } from './dead-rows.ts';
export { type AddOptions, Outbox } from './outbox.ts';
export { checkOutboxArguments, OUTBOX_HELP, type OutboxCommandDeps, outboxCommand } from './outbox-command.ts';
export type { OutboxOptions } from './outbox-options.ts';
