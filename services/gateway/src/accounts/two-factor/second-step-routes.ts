import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { RateLimited } from '../../http/problems.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { challengeExample } from '../factors/challenge-view.ts';
import { TwoFactorLocked, WrongCode } from '../factors/factor-problems.ts';
import { TooManyGuesses } from '../guessing/guesses.ts';
import { type SignInAnswer, signedInByCookieResponse } from '../sessions/sign-in-answer.ts';
import { signedIn, signedInExample } from '../sessions/sign-in-completion.ts';
import { codeField } from '../users/fields.ts';
import { ChallengeInvalid } from './challenges.ts';
import type { SecondStep } from './second-step.ts';

export function secondStepRoutes(secondStep: SecondStep, answer: SignInAnswer, database: Database): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/login/second-factor',
      operationId: 'answerChallenge',
      summary: 'Sign in: second step',
      description: 'Accepts the challenge token of the first step with a code from the app, or a recovery code.',
      tags: ['sign-in'],
      auth: 'none',
      cookies: true,
      body: z.strictObject({
        challenge_token: z.string().min(1).max(200),
        code: codeField,
        device_token: z.string().max(200).optional(),
      }),
      requestExample: { challenge_token: challengeExample.challenge_token, code: '123456' },
      responses: {
        200: { description: 'Signed in.', schema: signedIn, example: signedInExample },
        201: signedInByCookieResponse,
      },
      problems: [ChallengeInvalid, TooManyGuesses, RateLimited, WrongCode, TwoFactorLocked],
      handle: async ({ body, context, cookies, transaction }) => {
        const { challenge_token: challengeToken, code, device_token: deviceToken = cookies?.deviceToken } = body;
        const checked = await secondStep.check(database, { challengeToken, code, deviceToken }, context);
        return secondStep.recording(checked, context, () =>
          transaction(async (tx) =>
            answer.of(tx, await secondStep.finish(tx, checked, deviceToken, context), cookies, context),
          ),
        );
      },
    }),
  ];
}
