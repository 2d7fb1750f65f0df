import { MailCatalog } from '../mail-catalog.ts';
import { AlreadyRegisteredMail } from './already-registered.ts';
import { VerificationMail } from './verification.ts';
import { WelcomeMail } from './welcome.ts';

/** Every mail the worker can send. A new one: its file, and a line here. */
export const mails = new MailCatalog([VerificationMail, WelcomeMail, AlreadyRegisteredMail]);

export { AlreadyRegisteredMail, VerificationMail, WelcomeMail };
