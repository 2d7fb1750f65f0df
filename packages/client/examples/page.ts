import { PosternClient, webNote, webTokens } from '@postern/client';
import { secondFactor } from './second-factor.ts';
import { element, onSubmit, run, show } from './view.ts';

/** The session is in cookies, which no script can read; `?session=tokens` shows the other way. */
const inTokens = new URLSearchParams(location.search).get('session') === 'tokens';

const client = new PosternClient({
  baseUrl: location.origin,
  ...(inTokens ? { tokens: webTokens(localStorage) } : { cookies: webNote(localStorage) }),
  onSignedOut: () => show('sign-in', 'Your session has ended. Please sign in again.'),
});

async function showAccount(): Promise<void> {
  const { data: user } = await client.api.GET('/v1/auth/user');
  const { data: list } = await client.api.GET('/v1/auth/sessions');
  show('account', 'You are signed in.');
  element('name').textContent = `${user?.first_name} ${user?.last_name}`;
  const items = (list?.sessions ?? []).map((session) => {
    const item = document.createElement('li');
    item.textContent = `${session.device}, ${session.address_range}${session.current ? ' (here)' : ' '}`;
    if (!session.current) {
      const end = document.createElement('button');
      end.textContent = 'End';
      end.addEventListener('click', () =>
        run(async () => {
          await client.api.DELETE('/v1/auth/sessions/{id}', { params: { path: { id: session.id } } });
          await showAccount();
        }),
      );
      item.append(end);
    }
    return item;
  });
  element('sessions').replaceChildren(...items);
}

onSubmit('sign-up', async ({ first_name = '', last_name = '', email = '', password = '' }) => {
  const body = { first_name, last_name, email, password, password_confirmation: password };
  const { data } = await client.api.POST('/v1/auth/register', { body });
  // With it the mailed link works in this browser without the password; else a cookie does that.
  if (inTokens) localStorage.setItem('sign-up-secret', data?.sign_up_secret ?? '');
  show('sign-in', 'Follow the link in the mail that we have sent you.');
});

/** What a sign-in may ask for besides the password, by its `status`: a section for each that the API offers. */
const furtherSteps: Record<string, (answer: object) => void> = client.offers('POST /v1/auth/login/second-factor')
  ? { second_factor_required: secondFactor(client, showAccount) }
  : {};

onSubmit('sign-in', async ({ email = '', password = '' }) => {
  const result = await client.signIn({ email, password });
  const further = furtherSteps[result.status];
  if (further) further(result);
  else await showAccount();
});

element('sign-out').addEventListener('click', () =>
  run(async () => {
    await client.signOut();
    show('sign-in', 'You are signed out.');
  }),
);

const token = location.pathname === '/verify-email' ? new URLSearchParams(location.search).get('token') : null;
await run(async () => {
  if (token !== null) {
    const secret = localStorage.getItem('sign-up-secret');
    const body = { token, ...(secret === null ? {} : { sign_up_secret: secret }) };
    await client.api.POST('/v1/auth/email/verify', { body });
    history.replaceState(null, '', '/');
    show('sign-in', 'Your address is verified. Please sign in.');
  } else if (client.isSignedIn) await showAccount();
  else show('sign-up');
});
