export { PosternClient } from './client.ts';
export { type CookieNote, webNote } from './cookie-note.ts';
export type { ProblemKind } from './generated/operations.ts';
export type * from './generated/schema.ts';
export { PosternProblem } from './problem.ts';
export { memoryTokens, type TokenStore, webTokens } from './token-store.ts';
