export { InboxClient, type MessagePage } from './inbox/client.ts';
export { Inbox, type InboxOptions } from './inbox/inbox.ts';
export type { Message, MessagePart } from './inbox/message.ts';
export type { MailAddress, MessageSummary } from './inbox/store.ts';
