import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answered, PASSWORD } from '../parts/person.ts';
import type { Account, Act } from './account-model.ts';
import { type Administrator, succeeded, TurnedAway } from './administrator.ts';
import { type Entrant, SESSIONS } from './draw-race.ts';
import { type Done, explain } from './explain.ts';

/** Refusals that a rival can cause. Another answer of 400 to 599 is a fault, and a 503 with Retry-After decides nothing. */
const REFUSALS = new Set([400, 401, 403, 404, 409, 410]);
/** One that is refused for itself alone: the link that is tried with it stays good. */
const TOO_COMMON = 'password123';

interface Tokens {
  access: string;
  refresh: string;
}

/** Somebody whose account is raced for, again and again. */
export class Racer {
  readonly #administrator: Administrator;
  readonly #address = `r-${randomUUID()}@proof.example`;
  readonly #sessions = new Map<string, Tokens>();
  #id = '';
  #password = PASSWORD;
  #link = '';
  #account: Account = { password: 'old', isDisabled: false, sessions: [], hasLink: false, isAdmin: false };
  /** After it somebody else has to come. */
  isErased = false;

  private constructor(administrator: Administrator) {
    this.#administrator = administrator;
  }

  static async join(administrator: Administrator): Promise<Racer> {
    const racer = new Racer(administrator);
    await administrator.newcomer(racer.#address);
    return racer;
  }

  /**
   * Sends the requests of one race, and looks at what has come of it.
   *
   * @returns what succeeded, and in words what the rules do not allow
   * @throws TurnedAway when nothing can be said of it
   */
  async race(entrants: readonly Entrant[]): Promise<{ done: Done[]; violations: string[] }> {
    const before = await this.#prepare(entrants);
    const violations: string[] = [];
    const passwords: Record<string, string> = {
      old: this.#password,
      changed: `a change ${randomUUID()}`,
      reset: `a link ${randomUUID()}`,
    };
    // All of them: whoever is turned away ends no race that others are still in.
    const outcomes = await Promise.allSettled(entrants.map((entrant) => this.#enter(entrant, passwords)));
    const done: Done[] = [];
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') throw outcome.reason;
      const { answer, ...times } = outcome.value;
      if (answer.status < 300) done.push(times);
      else if (!REFUSALS.has(answer.status))
        violations.push(`${times.act.kind} was answered with ${answer.status} ${answer.problem}`);
    }
    this.isErased = done.some(({ act }) => act.kind === 'erase');
    const found = await this.#look(passwords, violations);
    if (!explain(before, done, found)) violations.push(inWords(entrants, done, found));
    this.#account = found;
    this.#password = passwords[found.password ?? 'old'] ?? PASSWORD;
    return { done, violations };
  }

  /** Two sessions, a link that works, and the role where it is raced for. */
  async #prepare(entrants: readonly Entrant[]): Promise<Account> {
    const administrator = this.#administrator;
    this.#sessions.clear();
    for (const [gateway, name] of SESSIONS.entries())
      this.#keep(
        name,
        succeeded(await administrator.at(gateway, this.#address).signIn(this.#password), 'a first sign-in'),
      );
    const person = administrator.at(0, this.#address);
    const access = this.#tokens(SESSIONS[0]).access;
    this.#id ||= String(succeeded(await person.ask('GET', '/v1/auth/user', undefined, access), 'a look').body.id);
    if (!this.#account.hasLink) {
      succeeded(await person.post('/v1/auth/password/forgot', { email: this.#address }), 'asking for a link');
      this.#link = await administrator.mailedLink(this.#address, 'reset-password');
    }
    const needsRole = entrants.some(({ act }) => act.kind === 'take-role' || act.kind === 'administer');
    if (needsRole && !this.#account.isAdmin) await administrator.setRoles(this.#id, ['admin', 'user']);
    const isAdmin = needsRole || this.#account.isAdmin;
    return { password: 'old', isDisabled: false, sessions: [...SESSIONS], hasLink: true, isAdmin };
  }

  async #enter({ act, afterMs, gateway }: Entrant, passwords: Record<string, string>) {
    await pause(afterMs);
    const sentAt = performance.now();
    const answer = await this.#do(act, gateway, passwords);
    const answeredAt = performance.now();
    if (answer.status === 503 && answer.retryAfter) throw new TurnedAway(act.kind);
    const opened = act.kind === 'sign-in' ? act.opens : act.kind === 'refresh' ? act.session : undefined;
    if (opened !== undefined && answer.status < 300) this.#keep(opened, answer);
    return { act, sentAt, answeredAt, answer };
  }

  #do(act: Act, gateway: number, passwords: Record<string, string>): Promise<Answered> {
    const person = this.#administrator.at(gateway, this.#address);
    const next = 'to' in act ? { password: passwords[act.to], password_confirmation: passwords[act.to] } : {};
    const access = 'session' in act ? this.#tokens(act.session).access : undefined;
    switch (act.kind) {
      case 'sign-in':
        return person.signIn(passwords[act.password]);
      case 'refresh':
        return person.refresh(this.#tokens(act.session).refresh);
      case 'read':
        return person.ask('GET', '/v1/auth/user', undefined, access);
      case 'administer':
        return person.ask('GET', '/v1/users?limit=1', undefined, access);
      case 'sign-out':
        return person.ask('POST', '/v1/auth/logout', undefined, access);
      case 'sign-out-everywhere':
        return person.ask('POST', '/v1/auth/logout-all', undefined, access);
      case 'change-password':
        return person.post('/v1/auth/password/change', { current_password: passwords[act.from], ...next }, access);
      case 'reset-password':
        return person.post('/v1/auth/password/reset', { token: this.#link, ...next });
      case 'erase':
        return person.ask('DELETE', '/v1/auth/user', undefined, access);
      case 'disable':
        return this.#administrator.ask(gateway, 'POST', `/v1/users/${this.#id}/disable`);
      case 'take-role':
        return this.#administrator.ask(gateway, 'PUT', `/v1/users/${this.#id}/roles`, { roles: ['user'] });
    }
  }

  /** What works now, found out by trying it. */
  async #look(passwords: Record<string, string>, violations: string[]): Promise<Account> {
    const person = this.#administrator.at(1, this.#address);
    const sessions: string[] = [];
    for (const [name, { access, refresh }] of this.#sessions) {
      const read = await works(person.ask('GET', '/v1/auth/user', undefined, access), `to read by session ${name}`);
      const renewed = await works(person.refresh(refresh), `to refresh session ${name}`);
      if (read !== renewed) violations.push(`session ${name}: does it read? ${read}; does it refresh? ${renewed}`);
      if (read === 'yes' || renewed === 'yes') sessions.push(name);
    }
    const link = { token: this.#link, password: TOO_COMMON, password_confirmation: TOO_COMMON };
    const hasLink = (await works(person.post('/v1/auth/password/reset', link), 'the link')) === 'refused for itself';
    const path = `/v1/users/${this.#id}`;
    const user = known(await this.#administrator.ask(1, 'GET', path));
    const roles = known(await this.#administrator.ask(1, 'GET', `${path}/roles`));
    const isDisabled = typeof user.disabled_at === 'string';
    let right = await this.#rightPasswords(passwords);
    if (isDisabled) {
      if (right.length > 0) violations.push('an account that is disabled signs in');
      succeeded(await this.#administrator.ask(0, 'POST', `${path}/enable`), 'an enabling');
      right = await this.#rightPasswords(passwords);
    }
    if (right.length > 1) violations.push(`several passwords sign in: ${right.join(', ')}`);
    const isAdmin = Array.isArray(roles.roles) && roles.roles.includes('admin');
    return { password: right[0], isDisabled, sessions: sessions.sort(), hasLink, isAdmin };
  }

  async #rightPasswords(passwords: Record<string, string>): Promise<string[]> {
    const person = this.#administrator.at(1, this.#address);
    const right: string[] = [];
    for (const [name, password] of Object.entries(passwords))
      if ((await works(person.signIn(password), `the password "${name}"`)) === 'yes') right.push(name);
    return right;
  }

  #keep(name: string, { body }: Answered): void {
    this.#sessions.set(name, { access: String(body.access_token), refresh: String(body.refresh_token) });
  }

  #tokens(name: string): Tokens {
    const tokens = this.#sessions.get(name);
    if (!tokens) throw new Error(`there is no session ${name}`);
    return tokens;
  }
}

/** What it says of whether it works. @throws TurnedAway, and Error for an answer that says neither */
async function works(asked: Promise<Answered>, what: string): Promise<'yes' | 'no' | 'refused for itself'> {
  const answer = await asked;
  if (answer.status === 422) return 'refused for itself';
  return REFUSALS.has(answer.status) || succeeded(answer, `trying ${what}`).status >= 300 ? 'no' : 'yes';
}

/** What is known of an account; nothing of one that was erased. */
function known(answer: Answered): Record<string, unknown> {
  return answer.status === 404 ? {} : succeeded(answer, 'a look at an account').body;
}

function inWords(entrants: readonly Entrant[], done: readonly Done[], found: Account): string {
  const race = entrants.map(({ act, afterMs }) => `${act.kind} after ${afterMs} ms`).join(', ');
  const succeeding = done.map(({ act }) => act.kind).join(', ') || 'none';
  return `${race}: of these ${succeeding} succeeded, and no order of them leads to ${JSON.stringify(found)}`;
}
