import { PeerError } from './peer.ts';

/** What another service knows; where it does not answer, nothing, with a word to the operator: the own part is worth having. */
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
