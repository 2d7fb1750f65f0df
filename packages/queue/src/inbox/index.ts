export { createDeliveriesTable } from './create-deliveries-table.ts';
export { Inbox, type InboxOptions, type OnceOutcome } from './inbox.ts';
