/** A time step whose code was right, of the secret that was made then. */
export interface TotpStep {
  step: number;
  createdAt: Date;
}

/** A code that was right when it was looked at; using it up shows whether somebody was faster. */
export type CodeProof = TotpStep | { recoveryHash: Buffer };

/** Whose code was right when it was looked at. */
export interface CheckedCode {
  userId: string;
  proof: CodeProof;
}

/** What was shown, in the words of the audit log. */
export function kindOf({ proof }: CheckedCode): 'code' | 'recovery code' {
  return 'step' in proof ? 'code' : 'recovery code';
}
