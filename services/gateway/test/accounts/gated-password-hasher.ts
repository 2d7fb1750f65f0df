import { AccountsConfig } from '../../src/accounts/config.ts';
import { Argon2PasswordHasher } from '../../src/accounts/passwords/argon2-password-hasher.ts';
import { type HashClient, HashQueue } from '../../src/accounts/passwords/hash-queue.ts';
import { PasswordHasher } from '../../src/accounts/passwords/password-hasher.ts';
import { TestGateway } from './test-gateway.ts';

/** Holds the verification of one password, once it is known to be right, until it is asked to go on. */
export class GatedPasswordHasher extends Argon2PasswordHasher {
  /** Every hash counts as made at another cost. */
  outdated = false;
  readonly #gates = new Map<string, { reached: () => void; opened: Promise<void> }>();

  hold(password: string): { reached: Promise<void>; open: () => void } {
    const reached = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    this.#gates.set(password, { reached: reached.resolve, opened: opened.promise });
    return { reached: reached.promise, open: opened.resolve };
  }

  override async verify(password: string, hash: string | undefined, client?: HashClient): Promise<boolean> {
    const right = await super.verify(password, hash, client);
    const gate = this.#gates.get(password);
    this.#gates.delete(password);
    gate?.reached();
    await gate?.opened;
    return right;
  }

  override isOutdated(hash: string): boolean {
    return this.outdated || super.isOutdated(hash);
  }
}

/** A gateway whose verifications of passwords can be held. */
export async function startGated(): Promise<{ gateway: TestGateway; hasher: GatedPasswordHasher }> {
  const gateway = await TestGateway.start({
    plant: (container) => {
      container.unbind(PasswordHasher);
      container
        .bind(PasswordHasher)
        .toResolvedValue(
          (queue: HashQueue, config: AccountsConfig) => new GatedPasswordHasher(queue, config),
          [HashQueue, AccountsConfig],
        )
        .inSingletonScope();
    },
  });
  return { gateway, hasher: gateway.container.get(PasswordHasher) as GatedPasswordHasher };
}
