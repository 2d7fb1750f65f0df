import { z } from 'zod';
import { checkAddress } from '../mail/delivery/ledger/recipient.ts';

/** An address that a mail could go to. */
export const addressField = z.string().superRefine((text, context) => {
  try {
    checkAddress(text);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : String(error));
  }
});
