import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  /** The recipient, in small letters. */
  to: string;
  /** With its angle brackets: the same for each copy of one mail. */
  messageId: string;
  /** The token of the link that confirms the address, if there is one. */
  token?: string | undefined;
  /** When, by `performance.now()` of the experiment. */
  at: number;
}

/** Where a conversation is: before MAIL, RCPT and DATA are answered, when the body may come, and when it is there whole. */
export type Stage = 'connect' | 'mail' | 'recipient' | 'body' | 'whole';

export interface Refusal {
  code: number;
  text: string;
}

/** `hold`: it is never answered. @param address of the recipient, from there on, in small letters */
export type Interference = (stage: Stage, address?: string) => Refusal | 'hold' | undefined;

const MESSAGE_ID = /^message-id:\s*(<[^>]*>)/im;
const TOKEN = /\/verify-email\?token=([\w.~-]+)/;

/**
 * A mail server that has on its disk what it answers 250 to, before it does. What it has whole counts as received even
 * where the sender never hears of it.
 */
export class SmtpSink {
  readonly #server: SMTPServer;
  readonly #file: number;
  #received: ReceivedMail[] = [];
  /** How long it takes over the reply to a body, in milliseconds. */
  replyMs = 0;
  /** Asked at each stage what to do instead of what a mail server does. */
  interfere: Interference = () => undefined;
  /** Bodies that it has whole and has not replied to yet. */
  underWay = 0;

  private constructor(path: string) {
    this.#file = openSync(path, 'a');
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      logger: false,
      onConnect: (_session, reply) => this.#answer('connect', reply),
      onMailFrom: (_address, _session, reply) => this.#answer('mail', reply),
      onRcptTo: ({ address }, _session, reply) => this.#answer('recipient', reply, address),
      onData: (stream, session, reply) => {
        if (this.interfere('body') === 'hold') return;
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const refused = this.interfere('whole', session.envelope.rcptTo[0]?.address.toLowerCase());
          if (refused !== undefined && refused !== 'hold') return reply(asError(refused));
          const text = Buffer.concat(chunks).toString('latin1');
          const messageId = MESSAGE_ID.exec(text)?.[1] ?? '';
          const token = TOKEN.exec(withoutQuotedPrintable(text))?.[1];
          for (const { address } of session.envelope.rcptTo)
            this.#keep({ to: address.toLowerCase(), messageId, token, at: performance.now() });
          if (refused === 'hold') return;
          this.underWay += 1;
          setTimeout(() => {
            this.underWay -= 1;
            reply(null);
          }, this.replyMs);
        });
      },
    });
    // A worker that is killed breaks its connection: that is the experiment, and no error of this server.
    this.#server.on('error', () => undefined);
  }

  /** @param path of a file with a line for each mail */
  static async start(path: string): Promise<SmtpSink> {
    const sink = new SmtpSink(path);
    await new Promise<void>((resolve, reject) => {
      sink.#server.once('error', reject);
      sink.#server.listen(0, '127.0.0.1', resolve);
    });
    return sink;
  }

  get received(): readonly ReceivedMail[] {
    return this.#received;
  }

  /** What came to these addresses so far is not counted any more: their sign-ups begin anew. */
  forget(addresses: ReadonlySet<string>): void {
    this.#received = this.#received.filter(({ to }) => !addresses.has(to));
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
    closeSync(this.#file);
  }

  #answer(stage: Stage, reply: (error?: Error | null) => void, address?: string): void {
    const instead = this.interfere(stage, address?.toLowerCase());
    if (instead !== 'hold') reply(instead && asError(instead));
  }

  #keep(mail: ReceivedMail): void {
    writeSync(this.#file, `${JSON.stringify(mail)}\n`);
    fdatasyncSync(this.#file);
    this.#received.push(mail);
  }
}

/** What long lines were broken into is one line again. */
function withoutQuotedPrintable(text: string): string {
  return text.replaceAll('=\r\n', '').replaceAll('=3D', '=');
}

/** As smtp-server has its refusals. */
function asError({ code, text }: Refusal): Error {
  return Object.assign(new Error(text), { responseCode: code });
}
