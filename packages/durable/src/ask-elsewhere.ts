/** Another service does not answer; the message says why. */
export class PeerError extends Error {
  override name = 'PeerError';
}

/**
 * What another service knows; where it does not answer, nothing, and the operator is informed: this service's own part is worth having.
 *
 * @param ask undefined where it may not be asked; a `PeerError` of it counts as no answer
 */
export async function askElsewhere<Part>(
  ask: () => Promise<Part[]> | undefined,
  note: (line: string) => void,
): Promise<Part[]> {
  try {
    return (await ask()) ?? [];
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    note(error.message);
    return [];
  }
}
