import { randomBytes } from 'node:crypto';
import { Fault, reasonOf } from '../fault.ts';
import { MailCatcherClient } from '../mail-catcher/mail-catcher-client.ts';
import { findPlayground } from '../playground/find-playground.ts';
import { duration, type Terminal } from '../terminal.ts';
import { AccountApi, findLink, type Registration } from './account-api.ts';

/** How long the mail may take: the second attempt of a mail that had to be retried still counts. */
const mailMs = 60_000;

/** Walks the main job and prints what each step took. Returns 0 when the person could sign in. */
export async function demo(terminal: Terminal, env = process.env): Promise<number> {
  const playground = await findPlayground(terminal, env);
  try {
    const timeline = new Timeline(terminal);
    terminal.line(`${terminal.bold('Ada signs up')} ${terminal.dim(`at ${playground.gateway}`)}`);
    terminal.line();
    await walk(timeline, playground.gateway, playground.inbox);
    terminal.line();
    terminal.line(`${terminal.green('Ada is in')} after ${duration(timeline.elapsed)}.`);
    return 0;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`The demo stopped: ${reasonOf(error)}`);
  } finally {
    await playground.stop();
  }
}

async function walk(timeline: Timeline, gateway: string, inboxUrl: string): Promise<void> {
  const api = new AccountApi(gateway);
  const inbox = new MailCatcherClient(inboxUrl);
  const person = newPerson();

  const { sign_up_secret } = await timeline.step('registers', async (report) => {
    const { status, body } = await api.register(person);
    report(`POST /v1/auth/register → ${status}`);
    return body;
  });
  const mail = await timeline.step('gets a mail', async (report) => {
    const message = await inbox.waitFor(`to:${person.email}`, mailMs);
    report(`“${message.Subject}”`);
    return message;
  });
  const link = findLink(mail.Text, '/verify-email');
  await timeline.step('follows its link', async () => {
    // APP_URL may lead to a front end that is not there; without it, the gateway hosts the page.
    const page = await fetch(link).catch(() => undefined);
    return `GET ${link.origin}${link.pathname} → ${page ? page.status : 'no front end there'}`;
  });
  await timeline.step('confirms', async () => {
    const { status } = await api.verifyEmail(link.searchParams.get('token') ?? '', { sign_up_secret });
    return `POST /v1/auth/email/verify → ${status}`;
  });
  const session = await timeline.step('signs in', async (report) => {
    const { status, body } = await api.login(person.email, person.password);
    report(`POST /v1/auth/login → ${status}`);
    return body;
  });
  await timeline.step('reads her account', async () => {
    const { status, body } = await api.user(session.access_token);
    const text = JSON.stringify(body);
    if (!text.includes(person.email)) throw new Error(`GET /v1/auth/user shows another account: ${text}`);
    return `GET /v1/auth/user → ${status}, ${person.email}`;
  });
}

function newPerson(): Registration {
  const password = `correct horse ${randomBytes(6).toString('hex')}`;
  return {
    first_name: 'Ada',
    last_name: 'Lovelace',
    email: `ada.${randomBytes(4).toString('hex')}@example.com`,
    password,
    password_confirmation: password,
  };
}

/** Prints a line for each step: when it ended since the beginning, what it took, what came of it. */
class Timeline {
  readonly #terminal: Terminal;
  readonly #began = performance.now();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get elapsed(): number {
    return performance.now() - this.#began;
  }

  async step<T>(what: string, run: (report: (detail: string) => void) => Promise<T>): Promise<T> {
    const began = performance.now();
    let detail = '';
    try {
      const result = await run((text) => {
        detail = text;
      });
      this.#line(this.#terminal.green('✓'), what, began, detail || (typeof result === 'string' ? result : ''));
      return result;
    } catch (error) {
      this.#line(this.#terminal.red('✗'), what, began, '');
      throw error;
    }
  }

  #line(mark: string, what: string, began: number, detail: string): void {
    const took = `${Math.round(performance.now() - began)} ms`.padStart(9);
    const at = `${Math.round(this.elapsed)} ms`.padStart(9);
    this.#terminal.line(
      `  ${this.#terminal.dim(at)}  ${mark} ${what.padEnd(18)}${took}  ${this.#terminal.dim(detail)}`,
    );
  }
}
