export { pruneRows } from './prune-rows.ts';
export { sendMail } from './send-mail.ts';
