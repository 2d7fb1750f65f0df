import { PasswordHasher } from './password-hasher.ts';

/** Costs nothing and hides nothing: for tests of what is built on hashing. */
export class FakePasswordHasher extends PasswordHasher {
  /** Every verification, with the hash it ran against. */
  readonly verified: (string | undefined)[] = [];
  /** Hashes that begin with it count as outdated. */
  outdatedPrefix = 'old:';

  override async hash(password: string): Promise<string> {
    return `new:${password}`;
  }

  override async verify(password: string, hash: string | undefined): Promise<boolean> {
    this.verified.push(hash);
    return hash !== undefined && hash.slice(hash.indexOf(':') + 1) === password;
  }

  override isOutdated(hash: string): boolean {
    return hash.startsWith(this.outdatedPrefix);
  }
}
