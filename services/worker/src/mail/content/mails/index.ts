import { MailCatalog } from '../mail-catalog.ts';
import * as all from './all.ts';

/** Every mail the worker can send, by name. Two of one name stop the process at start. */
export const mails = new MailCatalog(Object.values(all));

export * from './all.ts';
