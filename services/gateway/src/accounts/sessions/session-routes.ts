import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import { idField } from '../users/fields.ts';
import { type Refreshing, RefreshTokenInvalid } from './refreshing.ts';
import { sessionExample, sessionView, viewOf } from './session-view.ts';
import type { SignOut } from './sign-out.ts';
import { tokenPair, tokenPairExample } from './token-pairs.ts';

const tags = ['sessions'];

const nextRefresh = { refresh_token: '$response.body#/refresh_token' };
/** With the refresh token of this answer comes the next pair. */
export const refreshLink = { refresh: { operationId: 'refresh', requestBody: nextRefresh } };

const done = { 204: { description: 'Done.' } };

export function refreshRoutes(refreshing: Refreshing, database: Database): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/refresh',
      operationId: 'refresh',
      summary: 'Get new tokens',
      description:
        'Exchanges a refresh token for a new pair; keep the new one. For a few seconds the old one gives the same answer, so that two tabs may refresh at the same time, and longer where the answer seems to have been lost. Using it again once the new one is in use ends the session.',
      tags,
      auth: 'none',
      body: z.strictObject({ refresh_token: z.string().min(1).max(200) }),
      requestExample: { refresh_token: tokenPairExample.refresh_token },
      responses: {
        200: { description: 'New tokens.', schema: tokenPair, example: tokenPairExample, links: refreshLink },
      },
      problems: [RefreshTokenInvalid],
      handle: async ({ body, context }) => ({
        status: 200,
        body: await refreshing.refresh(database, body.refresh_token, context),
      }),
    }),
  ];
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
      responses: done,
      handle: ({ principal, context, transaction }) =>
        transaction(async (tx) => {
          await signOut.here(tx, principal, context);
          return { status: 204 };
        }),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/auth/logout-all',
      operationId: 'logoutAll',
      summary: 'Sign out everywhere',
      tags,
      auth: 'user',
      responses: done,
      handle: ({ principal, context, transaction }) =>
        transaction(async (tx) => {
          await signOut.everywhere(tx, principal, context);
          return { status: 204 };
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
      responses: done,
      handle: ({ params, principal, context, transaction }) =>
        transaction(async (tx) => {
          await signOut.one(tx, principal, params.id, context);
          return { status: 204 };
        }),
    }),
  ];
}
