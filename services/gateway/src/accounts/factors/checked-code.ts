import type { Guess } from '../guessing/guesses.ts';

/** A time step whose code was right, of the secret that was made then. */
export interface TotpStep {
  step: number;
  createdAt: Date;
}

/** A code that was right when it was looked at; using it up shows whether somebody was faster. */
export type CodeProof = TotpStep | { recoveryHash: Buffer };

/** A code that was right, and the guess that it was. */
export interface CheckedCode {
  userId: string;
  guess: Guess;
  proof: CodeProof;
}

/** What was shown, in the words of the audit log. */
export function kindOf({ proof }: CheckedCode): 'code' | 'recovery code' {
  return 'step' in proof ? 'code' : 'recovery code';
}
