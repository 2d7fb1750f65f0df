import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { ValidationFailed } from '../../http/problems.ts';
import { defineRoute, type Route, type SessionCookies } from '../../http/route.ts';
import { idField } from '../users/fields.ts';
import { type Refreshing, RefreshTokenInvalid } from './refreshing.ts';
import { sessionExample, sessionView, viewOf } from './session-view.ts';
import { renewedCookies } from './sign-in-answer.ts';
import type { SignOut } from './sign-out.ts';
import { tokenPair, tokenPairExample } from './token-pairs.ts';

const tags = ['sessions'];

const nextRefresh = { refresh_token: '$response.body#/refresh_token' };
/** With the refresh token of this answer comes the next pair. */
export const refreshLink = { refresh: { operationId: 'refresh', requestBody: nextRefresh } };

const signedOut = {
  204: {
    description: 'Done.',
    headers: { 'set-cookie': 'With `Session-Mode: cookie`: ends the cookies of the session' },
  },
};

/** What a browser is answered whose session has ended. */
export function ended(cookies: SessionCookies | undefined): { cookies?: string[] } {
  return cookies ? { cookies: cookies.clear() } : {};
}

export function refreshRoutes(refreshing: Refreshing, database: Database): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/refresh',
      operationId: 'refresh',
      summary: 'Get new tokens',
      description:
        'Exchanges a refresh token for a new pair; keep the new one. For a few seconds the old one gives the same answer, so that two tabs may refresh at the same time, and longer where the answer seems to have been lost. Using it again once the new one is in use ends the session. With `Session-Mode: cookie` the token comes in its cookie, the body is `{}`, and the new tokens go into cookies.',
      tags,
      auth: 'none',
      cookies: true,
      /** Left out where it comes in a cookie. */
      body: z.strictObject({ refresh_token: z.string().min(1).max(200).optional() }),
      requestExample: { refresh_token: tokenPairExample.refresh_token },
      responses: {
        200: { description: 'New tokens.', schema: tokenPair, example: tokenPairExample, links: refreshLink },
        204: renewedCookies,
      },
      problems: [RefreshTokenInvalid],
      handle: async ({ body, context, cookies }) => {
        const pair = await refreshing.refresh(database, refreshTokenOf(body, cookies), context);
        return cookies ? { status: 204, cookies: cookies.set(pair) } : { status: 200, body: pair };
      },
    }),
  ];
}

/** From the one place where the caller's mode has it. */
function refreshTokenOf({ refresh_token }: { refresh_token?: string | undefined }, cookies?: SessionCookies): string {
  const fault = (detail: string) => ValidationFailed.error({ errors: [{ pointer: '/refresh_token', detail }] });
  if (!cookies) {
    if (refresh_token === undefined) throw fault('Is missing; expected a value of type string.');
    return refresh_token;
  }
  if (refresh_token !== undefined) throw fault('Is in its cookie with Session-Mode: cookie; leave it out.');
  if (cookies.refreshToken === undefined) throw RefreshTokenInvalid.error();
  return cookies.refreshToken;
}

export function sessionRoutes(signOut: SignOut): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/logout',
      operationId: 'logout',
      summary: 'Sign out here',
      tags,
      auth: 'user',
      signsOut: 'here',
      responses: signedOut,
      handle: ({ principal, context, cookies, transaction }) =>
        transaction(async (tx) => {
          await signOut.here(tx, principal, context);
          return { status: 204, ...ended(cookies) };
        }),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/auth/logout-all',
      operationId: 'logoutAll',
      summary: 'Sign out everywhere',
      tags,
      auth: 'user',
      signsOut: 'everywhere',
      responses: signedOut,
      handle: ({ principal, context, cookies, transaction }) =>
        transaction(async (tx) => {
          await signOut.everywhere(tx, principal, context);
          return { status: 204, ...ended(cookies) };
        }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/auth/sessions',
      operationId: 'listSessions',
      summary: 'Where you are signed in',
      tags,
      auth: 'user',
      responses: {
        200: {
          description: 'Live sessions, the last used first.',
          schema: z.strictObject({ sessions: z.array(sessionView) }),
          example: { sessions: [sessionExample] },
          links: { end: { operationId: 'endSession', parameters: { id: '$response.body#/sessions/0/id' } } },
        },
      },
      handle: ({ principal, transaction }) =>
        transaction(async (tx) => {
          const sessions = await signOut.list(tx, principal);
          return { status: 200, body: { sessions: sessions.map((session) => viewOf(session, principal.sessionId)) } };
        }),
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/auth/sessions/:id',
      operationId: 'endSession',
      summary: 'End one session',
      tags,
      auth: 'user',
      params: z.strictObject({ id: idField }),
      responses: signedOut,
      handle: ({ params, principal, context, cookies, transaction }) =>
        transaction(async (tx) => {
          await signOut.one(tx, principal, params.id, context);
          return { status: 204, ...(params.id === principal.sessionId ? ended(cookies) : {}) };
        }),
    }),
  ];
}
