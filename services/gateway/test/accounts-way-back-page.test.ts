import { messages } from '@postern/locales';
import { escapeHtml } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountSwitch } from '../src/accounts/administration/account-switch.ts';
import { Journal } from '../src/accounts/audit/journal.ts';
import { type Person, verified } from './accounts/person.ts';
import { appShows, withSecondFactor } from './accounts/second-factor.ts';
import { moved, taken, wayBack } from './accounts/taking.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const t = messages.en.pages.restoreEmail;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
});

afterAll(() => gateway.close());

async function open(owner: Person): Promise<string> {
  const token = await wayBack(gateway, owner);
  return (await fetch(`${gateway.url}/restore-email?token=${encodeURIComponent(token)}`)).text();
}

async function submit(owner: Person, fields: Record<string, string>): Promise<{ status: number; text: string }> {
  const body = new URLSearchParams({ token: await wayBack(gateway, owner), ...fields });
  const answer = await fetch(`${gateway.url}/restore-email`, { method: 'POST', body });
  return { status: answer.status, text: await answer.text() };
}

describe('the page behind the link back', () => {
  it('asks for the password, changes nothing by a wrong one, and gives the account back by a right one', async () => {
    const owner = await verified(gateway);
    await taken(gateway, owner);
    const shown = await open(owner);
    expect(shown).toContain(escapeHtml(t.askPassword));
    expect(shown).not.toContain('one-time-code');
    const wrong = await submit(owner, { password: 'a wrong guess' });
    expect([wrong.status, wrong.text.includes(escapeHtml(t.passwordWrong))]).toEqual([403, true]);
    const right = await submit(owner, { password: owner.password });
    expect([right.status, right.text.includes(escapeHtml(t.done))]).toEqual([200, true]);
    expect(await open(owner)).toContain(escapeHtml(messages.en.pages.link.used.title));
    expect((await submit(owner, { password: owner.password })).status).toBe(410);
    const past = await gateway.container.get(Journal).past(gateway.database, { subjectId: owner.id, limit: 1 });
    expect(past).toMatchObject([{ action: 'restore-email', outcome: 'failure', reason: 'link-used' }]);
  });

  it('asks for a code, too, where the factor is an old one', async () => {
    const owner = await withSecondFactor(gateway);
    const { email, password, client, secret } = owner;
    gateway.clock.advance(15 * 86_400);
    const { challenge_token } = (await client.post('/v1/auth/login', { email, password })).body;
    const signIn = { challenge_token, code: appShows(gateway, secret) };
    const { access_token: accessToken } = (await client.post('/v1/auth/login/second-factor', signIn)).body;
    await moved(gateway, { ...owner, accessToken }, `thief.${email}`);
    expect(await open(owner)).toContain('autocomplete="one-time-code"');
    // Used up by the sign-in.
    const used = await submit(owner, { password, code: appShows(gateway, secret) });
    expect([used.status, used.text.includes(escapeHtml(t.codeWrong))]).toEqual([403, true]);
    expect(used.text).toContain('autocomplete="one-time-code"');
    gateway.clock.advance(30);
    const right = await submit(owner, { password, code: ` ${appShows(gateway, secret)} ` });
    expect(right.status).toBe(200);
  });

  it('says to wait with the link, and not to sign up anew, while the account is disabled', async () => {
    const owner = await verified(gateway);
    await taken(gateway, owner);
    await gateway.database.transaction((tx) =>
      gateway.container.get(AccountSwitch).disable(tx, owner.id, { operator: 'kim' }),
    );
    expect(await open(owner)).toContain(escapeHtml(t.disabled.advice));
    const followed = await submit(owner, { password: owner.password });
    expect([followed.status, followed.text.includes(escapeHtml(t.disabled.title))]).toEqual([409, true]);
  });

  it('says where help is, when the week is over', async () => {
    const owner = await verified(gateway);
    await taken(gateway, owner);
    gateway.clock.advance(8 * 86_400);
    expect(await open(owner)).toContain(escapeHtml(t.expired.advice));
  });
});
