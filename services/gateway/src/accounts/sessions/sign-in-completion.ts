import { UserSignedInFromNewDevice, UserSignedInWithRecoveryCode } from '@postern/events';
import type { Clock, Transaction } from '@postern/runtime';
import { z } from 'zod';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { originNow } from '../audit/origin.ts';
import { personOf, type User } from '../users/user.ts';
import type { Devices } from './devices.ts';
import type { Sessions } from './sessions.ts';
import { tokenPair, tokenPairExample } from './token-pairs.ts';

/** What a finished sign-in gives. */
export const signedIn = tokenPair
  .extend({
    status: z.literal('signed_in'),
    /** Send it with the next sign-in from this device: it then does not wait for delays that strangers have caused. */
    device_token: z.string(),
    two_factor_required: z.literal(true).optional().meta({
      needs: 'enrolTotp',
      description:
        'There where what this person may do waits for a second factor (ADMIN_TWO_FACTOR): set one up with POST /v1/auth/two-factor/totp.',
    }),
  })
  .meta({ id: 'SignedIn' });

export type SignedIn = z.infer<typeof signedIn>;

export const signedInExample: SignedIn = {
  status: 'signed_in',
  ...tokenPairExample,
  device_token: '0K7N3u1Yb9m0m1o0JmY2pW8x4vQxq2hJ3bQZz1yD0m5c7uXHQh2t5w8y3v6z9B4d',
};

/** How somebody has proven who they are. */
interface CompletedSteps {
  /** The known device, as its token proved. */
  device: string | undefined;
  /** What was shown, in the words of the audit log (ASVS 5.0, 16.3.1). */
  method: 'password' | 'password and code' | 'password and recovery code';
}

/** The last step of signing in, with or without a second factor. */
export class SignInCompletion {
  readonly #sessions: Sessions;
  readonly #devices: Devices;
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(sessions: Sessions, devices: Devices, journal: Journal, clock: Clock) {
    this.#sessions = sessions;
    this.#devices = devices;
    this.#journal = journal;
    this.#clock = clock;
  }

  /** Call it before the transaction of `finish`. */
  ready(): Promise<void> {
    return this.#sessions.ready();
  }

  /** The device that the token proves to be known. */
  knownDevice(user: User, deviceToken: string | undefined): string | undefined {
    return this.#devices.read(user, deviceToken);
  }

  async finish(
    tx: Transaction,
    user: User,
    { device, method }: CompletedSteps,
    context: RequestContext,
  ): Promise<SignedIn> {
    const tokens = await this.#sessions.open(tx, user.id, context);
    const isNew = await this.#devices.isNew(tx, user, device, context);
    // From a known device too: whoever has the codes may have that as well (NIST SP 800-63B-4, 4.6: account recovery is notified).
    const event = method === 'password and recovery code' ? UserSignedInWithRecoveryCode : UserSignedInFromNewDevice;
    if (isNew || event === UserSignedInWithRecoveryCode) {
      const origin = originNow(this.#clock, context);
      await this.#journal.publish(tx, event, { ...personOf(user), ...origin }, context);
    }
    const entry = { actorId: user.id, subjectId: user.id, context };
    await this.#journal.record(tx, { action: 'sign-in', outcome: 'success', reason: method, ...entry });
    return { status: 'signed_in', ...tokens, device_token: this.#devices.mint(user, device) };
  }
}
