import type { Command } from '@postern/runtime';
import { mailPreview } from '../mail/preview/mail-preview-command.ts';
import { deadLetters } from './dead-letters.ts';
import { migrate } from './migrate.ts';
import { outbox } from './outbox.ts';
import { suppressions } from './suppressions.ts';

export const commands: readonly Command[] = [migrate, deadLetters, outbox, suppressions, mailPreview];
