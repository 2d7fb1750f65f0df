export { proseNaming } from './capabilities/prose-naming.ts';
export { apiBreaks, withoutProse } from './contracts/api-contract.ts';
export { Records } from './contracts/records.ts';
export { MailCatcher } from './mail-catcher/mail-catcher.ts';
export { MailCatcherClient } from './mail-catcher/mail-catcher-client.ts';
export { isPersonalColumn } from './postern/personal-column.ts';
