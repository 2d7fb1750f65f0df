export type { DeadLetter } from './dead-letter.ts';
export type { DeadLetterFilter } from './dead-letter-filter.ts';
export { DeadLetterError, DeadLetters, type DeadLettersOptions, type RetryReport } from './dead-letters.ts';
export { DEAD_LETTERS_HELP, type DeadLettersCommandDeps, deadLettersCommand } from './dead-letters-command.ts';
export { type MoveProgress, MoveTaskError } from './move-task.ts';
