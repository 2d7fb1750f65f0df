export { apiBreaks, withoutProse } from './contracts/api-contract.ts';
export { Records } from './contracts/records.ts';
export { InboxClient } from './mail-catcher/client.ts';
export { MailCatcher } from './mail-catcher/mail-catcher.ts';
