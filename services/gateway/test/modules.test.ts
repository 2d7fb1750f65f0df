import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { administrationModule } from '../src/accounts/administration/administration.module.ts';
import { privacyModule } from '../src/accounts/privacy/privacy.module.ts';
import { recoveryModule } from '../src/accounts/recovery/recovery.module.ts';
import { twoFactorModule } from '../src/accounts/two-factor/two-factor.module.ts';
import { mailFeedbackModule } from '../src/mail-feedback/mail-feedback.module.ts';
import { everyModule } from './accounts/every-module.ts';
import { signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const secret = randomBytes(32);

/** A gateway from whose list of modules one line was taken out. */
async function gatewayWithout(module?: (typeof everyModule)[number]) {
  const gateway = await TestGateway.start({
    env: { MAIL_WEBHOOK_SECRETS: secret.toString('base64') },
    modules: everyModule.filter((each) => each !== module),
  });
  const text = await (await fetch(`${gateway.url}/openapi.json`)).text();
  const { paths }: { paths: Record<string, Record<string, unknown>> } = JSON.parse(text);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  return { gateway, api: text, operations, [Symbol.asyncDispose]: () => gateway.close() };
}

function postFeedback(url: string): Promise<Response> {
  const body = JSON.stringify({
    notice_id: 'evt_1',
    kind: 'delivered',
    message_id: '<a@b.c>',
    recipient: 'ada@example.com',
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`msg_1.${timestamp}.${body}`).digest('base64');
  return fetch(`${url}/v1/webhooks/mail-feedback`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
  });
}

describe('a capability whose module is taken out of the list', () => {
  it.each([
    [
      'two-factor',
      twoFactorModule,
      [
        'delete /v1/auth/two-factor',
        'delete /v1/users/{id}/two-factor',
        'get /v1/auth/two-factor',
        'post /v1/auth/login/second-factor',
        'post /v1/auth/two-factor/recovery-codes',
        'post /v1/auth/two-factor/totp',
        'post /v1/auth/two-factor/totp/confirm',
      ],
    ],
    ['mail-feedback', mailFeedbackModule, ['post /v1/webhooks/mail-feedback']],
    ['recovery', recoveryModule, ['post /v1/auth/password/forgot', 'post /v1/auth/password/reset']],
    [
      'administration',
      administrationModule,
      [
        'get /v1/audit-log',
        'get /v1/users',
        'get /v1/users/{id}',
        'post /v1/users/{id}/disable',
        'post /v1/users/{id}/enable',
      ],
    ],
    ['privacy', privacyModule, ['delete /v1/auth/user', 'get /v1/auth/user/export']],
  ])('%s: its operations are gone, the others work', async (_name, module, gone) => {
    await using whole = await gatewayWithout();
    await using rest = await gatewayWithout(module);
    expect(whole.operations.filter((operation) => !rest.operations.includes(operation)).sort()).toEqual(gone);
    expect(rest.operations.length + gone.length).toBe(whole.operations.length);
    for (const operation of gone) {
      const [method = '', path = ''] = operation.split(' ');
      const { status } = await fetch(rest.gateway.url + path, { method });
      // A path that another capability serves with another method is not unknown.
      const pathIsLeft = rest.operations.some((left) => left.endsWith(` ${path}`));
      expect([operation, status]).toEqual([operation, pathIsLeft ? 405 : 404]);
    }
    const person = await signedIn(rest.gateway);
    const me = await person.client.get('/v1/auth/user', { token: person.accessToken });
    expect(me).toMatchObject({ status: 200, body: { email: person.email } });
    expect((await postFeedback(rest.gateway.url)).status).toBe(module === mailFeedbackModule ? 404 : 204);
  });

  it('leaves no link to an operation that is gone', async () => {
    await using rest = await gatewayWithout(twoFactorModule);
    const linked = [...rest.api.matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id);
    expect(linked).not.toContain('answerChallenge');
    expect(linked).not.toContain('removeUserTwoFactor');
  });

  it('two-factor: a code with a password is refused, and a password alone is enough', async () => {
    await using rest = await gatewayWithout(twoFactorModule);
    const { client, password, accessToken: token } = await signedIn(rest.gateway);
    const withCode = await client.post('/v1/auth/password/confirm', { password, code: '123456' }, { token });
    expect(withCode).toMatchObject({ status: 409, body: { type: expect.stringContaining('two-factor-off') } });
    expect((await client.post('/v1/auth/password/confirm', { password }, { token })).status).toBe(200);
  });
});
