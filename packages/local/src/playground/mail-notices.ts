import type { MessageSummary } from '../mail-catcher/store.ts';
import type { Terminal } from '../terminal.ts';

/** How long mails are gathered after one was reported: a load test must not scroll the banner away line by line. */
const gatherMs = 500;

/** Says on the terminal which mail has arrived; many at once become a number. */
export class MailNotices {
  readonly #terminal: Terminal;
  #gathering = false;
  #more = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  announce(mail: MessageSummary, inboxUrl: string): void {
    if (this.#gathering) {
      this.#more += 1;
      return;
    }
    this.#gathering = true;
    const to = [...mail.To, ...mail.Cc, ...mail.Bcc].map((it) => it.Address).join(', ');
    const link = this.#terminal.dim(`${inboxUrl}/#${mail.ID}`);
    this.#terminal.line(`  ${this.#terminal.cyan('✉')} ${to}  ${this.#terminal.bold(mail.Subject)}  ${link}`);
    setTimeout(() => this.#reportRest(), gatherMs).unref();
  }

  #reportRest(): void {
    this.#gathering = false;
    if (this.#more === 0) return;
    this.#terminal.line(`  ${this.#terminal.cyan('✉')} and ${this.#more} more ${this.#more === 1 ? 'mail' : 'mails'}`);
    this.#more = 0;
  }
}
