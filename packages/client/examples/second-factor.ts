import type { PosternClient, paths } from '@postern/client';
import type { Client } from 'openapi-fetch';
import { addView, element, onSubmit, run, say, show } from './view.ts';

type Called = '/v1/auth/login/second-factor' | '/v1/auth/two-factor/totp' | '/v1/auth/two-factor/totp/confirm';

/** An API without second factors does not describe these operations: nothing calls them there, and their types are not known. */
// biome-ignore lint/suspicious/noExplicitAny: see above
type Api = Client<{ [Path in Called]: Path extends keyof paths ? paths[Path] : any }>;

const CHALLENGE = `
<form id="challenge" hidden>
  <h2>Second step</h2>
  <label>Code of your app <input name="code" inputmode="numeric" autocomplete="one-time-code" required></label>
  <button type="submit">Continue</button>
</form>`;

const SET_UP = `
<button id="set-up" type="button">Set up a second factor</button>
<form id="confirm" hidden>
  <div id="qr"></div>
  <p>Secret for the app: <code id="secret"></code></p>
  <label>First code <input name="code" inputmode="numeric" autocomplete="one-time-code" required></label>
  <button type="submit">Turn it on</button>
</form>`;

/** Setting a second factor up. Gives back what asks for its code when a sign-in answers with a challenge. */
export function secondFactor(client: PosternClient, signedIn: () => Promise<void>): (challenge: object) => void {
  const api = client.api as unknown as Api;
  addView('challenge', CHALLENGE);
  element('sign-out').insertAdjacentHTML('beforebegin', SET_UP);
  let challenge_token = '';

  onSubmit('challenge', async ({ code = '' }) => {
    await api.POST('/v1/auth/login/second-factor', { body: { challenge_token, code } });
    await signedIn();
  });

  element('set-up').addEventListener('click', () =>
    run(async () => {
      const { data } = await api.POST('/v1/auth/two-factor/totp', {});
      element('secret').textContent = data?.secret ?? '';
      element('qr').innerHTML = data?.qr_svg ?? '';
      element('confirm').hidden = false;
    }),
  );

  onSubmit('confirm', async ({ code = '' }) => {
    const { data } = await api.POST('/v1/auth/two-factor/totp/confirm', { body: { code } });
    element('confirm').hidden = true;
    say(`Your second factor is on. Keep these recovery codes: ${data?.recovery_codes.join(' ')}`);
  });

  return (challenge) => {
    ({ challenge_token } = challenge as { challenge_token: string });
    show('challenge');
  };
}
