import { z } from 'zod';

/** How long a person has to find their phone, in seconds. */
export const CHALLENGE_SECONDS = 300;

/** What a right password gives when a second factor is set up. */
export const challengeView = z
  .strictObject({
    status: z.literal('second_factor_required'),
    challenge_token: z.string(),
    /** Seconds. */
    expires_in: z.int(),
  })
  .meta({ id: 'SecondFactorRequired', needs: 'answerChallenge' });

export type ChallengeView = z.infer<typeof challengeView>;

export const challengeExample: ChallengeView = {
  status: 'second_factor_required',
  challenge_token: 'mT0xq2hJ3bQZz1yD0m5c7uXHQh2t5w8y3v6z9B4d0K7',
  expires_in: CHALLENGE_SECONDS,
};
