import { type Html, html, path } from '../../mail/content/html.ts';

/** @param fault why the last try was not let in */
export function signInPage({ name = '', fault = '' }: { name?: string; fault?: string }): Html {
  return html`<h1>Postern <span>console</span></h1>
${fault !== '' && html`<p class="fault" role="alert">${fault}</p>`}
<form method="post" action="${path`/sign-in`}" class="sign-in">
<label>Operator<input name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="60"></label>
<label>Secret<input name="secret" type="password" autocomplete="current-password" required maxlength="200"></label>
<button class="primary">Sign in</button></form>
<p class="quiet">No account yet? Whoever runs the worker makes one: <code>worker operators add NAME --role read</code></p>`;
}
