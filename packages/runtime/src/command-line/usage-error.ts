/** Arguments that make no sense; the message says what was expected. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}
