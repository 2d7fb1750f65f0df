export { createDeliveriesTable, MAX_LISTENER } from './create-deliveries-table.ts';
export { Inbox, type InboxOptions, type OnceOutcome } from './inbox.ts';
