export { InboxClient } from './inbox/client.ts';
export { Inbox } from './inbox/inbox.ts';
