export { InboxClient } from './mail-catcher/client.ts';
export { MailCatcher } from './mail-catcher/mail-catcher.ts';
