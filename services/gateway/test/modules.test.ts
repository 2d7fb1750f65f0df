import { createHmac, randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrationModule } from '../src/accounts/administration/administration.module.ts';
import { emailChangeModule } from '../src/accounts/email-change/email-change.module.ts';
import { privacyModule } from '../src/accounts/privacy/privacy.module.ts';
import { recoveryModule } from '../src/accounts/recovery/recovery.module.ts';
import { twoFactorModule } from '../src/accounts/two-factor/two-factor.module.ts';
import * as foundation from '../src/foundation.ts';
import { mailFeedbackModule } from '../src/mail-feedback/mail-feedback.module.ts';
import { unsubscribeModule } from '../src/unsubscribe/unsubscribe.module.ts';
import { everyModule } from './accounts/every-module.ts';
import { signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';
import { ClientCopies } from './client-copies.ts';
import { OpenApiContract } from './open-api-contract.ts';

const K6 = join(import.meta.dirname, '../../../k6');
const secret = randomBytes(32);

/** Each capability that Postern has beside its foundation, and what its line in the list brings into the description. */
const CAPABILITIES: Record<string, { module: (typeof everyModule)[number]; brings: string[] }> = {
  'two-factor': {
    module: twoFactorModule,
    brings: [
      'DELETE /v1/auth/two-factor',
      'DELETE /v1/users/{id}/two-factor',
      'GET /v1/auth/two-factor',
      'POST /v1/auth/login/second-factor',
      'POST /v1/auth/two-factor/recovery-codes',
      'POST /v1/auth/two-factor/totp',
      'POST /v1/auth/two-factor/totp/confirm',
    ],
  },
  recovery: { module: recoveryModule, brings: ['POST /v1/auth/password/forgot', 'POST /v1/auth/password/reset'] },
  'email-change': {
    module: emailChangeModule,
    brings: ['POST /v1/auth/email/change', 'POST /v1/auth/email/change/confirm', 'POST /v1/auth/email/change/revert'],
  },
  administration: {
    module: administrationModule,
    brings: [
      'GET /v1/audit-log',
      'GET /v1/users',
      'GET /v1/users/{id}',
      'POST /v1/users/{id}/disable',
      'POST /v1/users/{id}/enable',
    ],
  },
  privacy: { module: privacyModule, brings: ['DELETE /v1/auth/user', 'GET /v1/auth/user/export'] },
  'mail-feedback': { module: mailFeedbackModule, brings: ['POST /v1/webhooks/mail-feedback'] },
  unsubscribe: { module: unsubscribeModule, brings: [] },
};

interface Started {
  gateway: TestGateway;
  contract: OpenApiContract;
  names: string[];
}

async function start(modules: readonly (typeof everyModule)[number][]): Promise<Started> {
  const gateway = await TestGateway.start({ env: { MAIL_WEBHOOK_SECRETS: secret.toString('base64') }, modules });
  const contract = await OpenApiContract.of(gateway.url);
  return { gateway, contract, names: contract.operations.map(({ method, path }) => `${method} ${path}`) };
}

let whole: Started;
/** Gateways from whose list one line was taken out, by its name. */
const rests = new Map<string, Started>();
beforeAll(async () => {
  whole = await start(everyModule);
  for (const [name, { module }] of Object.entries(CAPABILITIES)) {
    rests.set(name, await start(everyModule.filter((each) => each !== module)));
  }
});
afterAll(async () => {
  for (const { gateway } of [whole, ...rests.values()]) await gateway.close();
});
const without = (name: string) => rests.get(name) as Started;

/** The ids of the operations that are not there. */
function goneFrom({ contract }: Started): string[] {
  const left = contract.operations.map(({ id }) => id);
  return whole.contract.operations.map(({ id }) => id).filter((id) => !left.includes(id));
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

describe.each(Object.entries(CAPABILITIES))('without the line of %s', (name, { module, brings }) => {
  it('its operations are gone, and the others work', async () => {
    const rest = without(name);
    expect(whole.names.filter((operation) => !rest.names.includes(operation)).sort()).toEqual(brings);
    expect(rest.names.length + brings.length).toBe(whole.names.length);
    for (const operation of brings) {
      const [method = '', path = ''] = operation.split(' ');
      const { status } = await fetch(rest.gateway.url + path, { method });
      // A path that another capability serves with another method is not unknown.
      const pathIsLeft = rest.names.some((left) => left.endsWith(` ${path}`));
      expect([operation, status]).toEqual([operation, pathIsLeft ? 405 : 404]);
    }
    const person = await signedIn(rest.gateway);
    const me = await person.client.get('/v1/auth/user', { token: person.accessToken });
    expect(me).toMatchObject({ status: 200, body: { email: person.email } });
    expect((await postFeedback(rest.gateway.url)).status).toBe(module === mailFeedbackModule ? 404 : 204);
    const unsubscribing = await fetch(`${rest.gateway.url}/unsubscribe?token=of-nobody`);
    expect(unsubscribing.status === 404).toBe(module === unsubscribeModule);
  });

  it('the description names nothing that is gone', () => {
    const { document } = without(name).contract;
    const text = JSON.stringify(document);
    const gone = [...goneFrom(without(name)).map((id) => `"${id}"`), ...brings];
    expect(gone.filter((each) => text.includes(each))).toEqual([]);
    const used = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, model]) => model));
    expect(Object.keys(document.components.schemas).filter((model) => !used.has(model))).toEqual([]);
  });

  it("k6's journeys leave out the one that takes its operations", () => {
    const gone = goneFrom(without(name));
    const journeys = readFileSync(join(K6, 'journeys.ts'), 'utf8');
    for (const file of globSync('journeys/*.ts', { cwd: K6 })) {
      const source = readFileSync(join(K6, file), 'utf8');
      const taken = gone.filter((id) => new RegExp(`call(<.*?>)?\\('${id}'`).test(source));
      if (taken.length === 0) continue;
      const journey = new RegExp(`import { (\\w+) } from './journeys/${basename(file)}'`).exec(journeys)?.[1];
      const condition = new RegExp(`^  (\\w+): ${journey},$`, 'm').exec(journeys)?.[1];
      expect(gone, `${file} takes ${taken}`).toContain(condition);
    }
  });
});

it('without any line of the list, what is left is the foundation, which starts and lets people in', async () => {
  const bare = await start(Object.values(foundation));
  await using _ = { [Symbol.asyncDispose]: () => bare.gateway.close() };
  const brought = Object.values(CAPABILITIES).flatMap(({ brings }) => brings);
  expect(brought.filter((operation) => bare.names.includes(operation))).toEqual([]);
  const person = await signedIn(bare.gateway);
  expect((await person.client.get('/v1/auth/user', { token: person.accessToken })).status).toBe(200);
});

it('whichever line is missing, the client and its example front end compile', async () => {
  using copies = new ClientCopies();
  for (const [name, { contract }] of rests) await copies.add(name, contract.document);
  expect(await copies.complaints()).toBe('');
});

describe('without two-factor', () => {
  it('nothing is described of second factors, codes and challenges', () => {
    const document = JSON.stringify(without('two-factor').contract.document);
    expect(document.match(/second.factor|two.factor|challenge|"code"/gi) ?? []).toEqual([]);
    expect(JSON.stringify(whole.contract.document)).toContain('two_factor_required');
  });

  it('a code with a password is an unknown field, and a password alone is enough', async () => {
    const { client, password, accessToken: token } = await signedIn(without('two-factor').gateway);
    const withCode = await client.post('/v1/auth/password/confirm', { password, code: '123456' }, { token });
    expect(withCode).toMatchObject({ status: 422, body: { type: expect.stringContaining('validation-failed') } });
    expect((await client.post('/v1/auth/password/confirm', { password }, { token })).status).toBe(200);
  });

  it('a gateway whose administrators must have one does not start', async () => {
    const modules = everyModule.filter((each) => each !== twoFactorModule);
    const starting = TestGateway.start({ env: { ADMIN_TWO_FACTOR: 'required' }, modules });
    await expect(starting).rejects.toThrow('ADMIN_TWO_FACTOR');
  });
});
