import { z } from 'zod';
import { RateLimited } from '../../http/problems.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { challengeView } from '../factors/challenge-view.ts';
import { TooManyGuesses } from '../guessing/guesses.ts';
import { Overloaded } from '../passwords/hash-queue.ts';
import { refreshLink } from '../sessions/session-routes.ts';
import { type SignInAnswer, signedInByCookieResponse } from '../sessions/sign-in-answer.ts';
import { signedIn, signedInExample } from '../sessions/sign-in-completion.ts';
import { currentPassword, storedEmail } from '../users/fields.ts';
import { InvalidCredentials, type SignIn } from './sign-in.ts';

const body = z.strictObject({
  email: storedEmail,
  password: currentPassword,
  device_token: z.string().max(200).optional(),
});

const signInResult = z.discriminatedUnion('status', [signedIn, challengeView]).meta({ id: 'SignInResult' });

export function signInRoutes(signIn: SignIn, answer: SignInAnswer): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/login',
      operationId: 'login',
      summary: 'Sign in',
      description:
        'Returns an access token for ten minutes and a refresh token. After several wrong passwords each further try must wait a little longer; `device_token` from an earlier sign-in exempts this device from delays that others have caused. With `Session-Mode: cookie` all tokens go into cookies, the device token comes in its own, and the session that the browser had before ends.',
      tags: ['sign-in'],
      auth: 'none',
      cookies: true,
      body,
      requestExample: { email: 'ada@example.com', password: 'correct horse battery staple' },
      responses: {
        200: {
          description: 'What `status` says: signed in, or what it takes besides the password.',
          schema: signInResult,
          example: signedInExample,
          links: {
            ...refreshLink,
            answer: {
              operationId: 'answerChallenge',
              requestBody: { challenge_token: '$response.body#/challenge_token', code: '123456' },
            },
          },
        },
        201: signedInByCookieResponse,
      },
      problems: [InvalidCredentials, TooManyGuesses, RateLimited, Overloaded],
      handle: async ({ body: input, context, cookies, transaction }) => {
        const deviceToken = input.device_token ?? cookies?.deviceToken;
        const proof = await signIn.check({ email: input.email, password: input.password, deviceToken }, context);
        return transaction(async (tx) => {
          const result = await signIn.finish(tx, proof, context);
          return result.status === 'signed_in'
            ? answer.of(tx, result, cookies, context)
            : { status: 200, body: result };
        });
      },
    }),
  ];
}
