import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';
import { withMailLink } from '../layout/parts.ts';

/** What the account may do has changed. A role that nobody asked for is worth noticing. */
export const RolesChangedMail = defineMail(
  'roles-changed',
  { security: true, sample: { first_name: 'Ann', roles: ['user', 'admin'] } },
  (data: { first_name: string; roles: readonly string[] }, { t, brand, greetable }) => ({
    subject: t.rolesChanged.subject(brand.name),
    html: html`
      <h1>${t.rolesChanged.heading}</h1>
      <p>${t.greeting(greetable(data.first_name))}</p>
      <p>${t.rolesChanged.intro} ${data.roles.length === 0 ? t.rolesChanged.none : t.rolesChanged.now(data.roles.length)}</p>
      ${data.roles.length > 0 && html`<ul>${data.roles.map((role) => html`<li><b>${role}</b></li>`)}</ul>`}
      <p>${withMailLink(t.contactUs(brand.name, brand.supportAddress), brand.supportAddress)}</p>`,
  }),
);
