export type { DeadLetter } from './dead-letter.ts';
export type { DeadLetterFilter } from './dead-letter-filter.ts';
export { DeadLetterGauges, type DeadLetterGaugesOptions } from './dead-letter-gauges.ts';
export { DeadLetterError, DeadLetters, type DeadLettersOptions } from './dead-letters.ts';
export { type DeadLettersCommandsOptions, deadLettersCommands } from './dead-letters-commands.ts';
export type { MoveProgress, RetryOptions, RetryReport, StopReason } from './letter-retry.ts';
