import { PosternClient, PosternProblem, webNote, webTokens } from '@postern/client';

/** The session is in cookies, which no script can read; `?session=tokens` shows the other way. */
const inTokens = new URLSearchParams(location.search).get('session') === 'tokens';

const client = new PosternClient({
  baseUrl: location.origin,
  ...(inTokens ? { tokens: webTokens(localStorage) } : { cookies: webNote(localStorage) }),
  onSignedOut: () => show('sign-in', 'Your session has ended. Please sign in again.'),
});

const VIEWS = ['sign-up', 'sign-in', 'challenge', 'account'] as const;
/** Of a sign-in that waits for its second step. */
let challengeToken = '';

function element<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new TypeError(`the page has no element ${id}`);
  return found as Kind;
}

function say(text: string): void {
  element('message').textContent = text;
}

function show(view: (typeof VIEWS)[number], text = ''): void {
  for (const id of VIEWS) element(id).hidden = id !== view && !(id === 'sign-in' && view === 'sign-up');
  say(text);
}

/** Runs what a person asked for; a refusal is shown with what is wrong with which field. */
async function run(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof PosternProblem)) throw error;
    const faults = error.errors.map(({ pointer = '', detail }) => `${pointer.slice(1)}: ${detail}`);
    say([error.message, ...faults].join(' '));
  }
}

function onSubmit(id: string, work: (fields: Record<string, string>) => Promise<void>): void {
  element<HTMLFormElement>(id).addEventListener('submit', (event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    void run(() => work(fields));
  });
}

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

onSubmit('sign-in', async ({ email = '', password = '' }) => {
  const result = await client.signIn({ email, password });
  if (result.status === 'signed_in') return showAccount();
  challengeToken = result.challenge_token;
  show('challenge');
});

onSubmit('challenge', async ({ code = '' }) => {
  await client.answerChallenge(challengeToken, code);
  await showAccount();
});

onSubmit('confirm', async ({ code = '' }) => {
  const { data } = await client.api.POST('/v1/auth/two-factor/totp/confirm', { body: { code } });
  element('confirm').hidden = true;
  say(`Your second factor is on. Keep these recovery codes: ${data?.recovery_codes.join(' ')}`);
});

element('set-up').addEventListener('click', () =>
  run(async () => {
    const { data } = await client.api.POST('/v1/auth/two-factor/totp');
    element('secret').textContent = data?.secret ?? '';
    element('qr').innerHTML = data?.qr_svg ?? '';
    element('confirm').hidden = false;
  }),
);

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
