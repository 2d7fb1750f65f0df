import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { resetSocket } from '@postern/runtime/testing';

/** What the server does at a point of the conversation: a reply, or one of the ways in which servers fail. */
export type Answer =
  | string
  /** Says nothing, and keeps the connection. */
  | 'silence'
  /** Breaks the connection with a TCP reset. */
  | 'reset'
  /** Sends the reply a character at a time, `everyMs` apart. */
  | { drip: string; everyMs: number }
  /** Sends the text over and over, for as long as it is read. */
  | { flood: string }
  /** Sends the reply when the test lets it. */
  | { say: string; when: Promise<unknown> };

export type Point = 'greeting' | 'ehlo' | 'auth' | 'mail' | 'rcpt' | 'data' | 'in-body' | 'dot';

/** Answers by point; a function gets how often the point was reached, from 1. */
export type Script = Partial<Record<Point, Answer | ((count: number) => Answer)>>;

export interface ReceivedMail {
  from: string;
  to: string;
  /** With the angle brackets. */
  messageId: string;
  source: string;
}

const USUAL: Record<Point, string> = {
  greeting: '220 scripted.test ESMTP',
  ehlo: '250-scripted.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN LOGIN',
  auth: '235 2.7.0 welcome',
  mail: '250 2.1.0 ok',
  rcpt: '250 2.1.5 ok',
  data: '354 go on',
  'in-body': '',
  dot: '250 2.0.0 queued',
};

/** Limits of time that a machine which stands still for half a minute keeps, for the URL of a mail server. */
export const PATIENT = 'connect_timeout_ms=60000&greeting_timeout_ms=60000';

/** An SMTP server that does what a test's script says, down to the packet. */
export class ScriptedSmtp {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #counts = new Map<Point, number>();
  readonly #watchers = new Set<{ point: Point; seen: () => void }>();
  script: Script;
  /** Mails whose final dot arrived, whatever was answered. */
  readonly read: ReceivedMail[] = [];
  /** Mails that were answered with 2xx, whether or not the answer arrived. */
  readonly accepted: ReceivedMail[] = [];

  private constructor(server: Server, script: Script) {
    this.#server = server;
    this.script = script;
    server.on('connection', (socket) => this.#converse(socket));
  }

  static async start(script: Script = {}, port = 0): Promise<ScriptedSmtp> {
    const server = createServer();
    const scripted = new ScriptedSmtp(server, script);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return scripted;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Where it is reached, with patience, unless a test sets other limits. */
  url(settings = ''): string {
    const all = Object.fromEntries(new URLSearchParams(`tls=off&${PATIENT}&${settings}`));
    return `smtp://127.0.0.1:${this.port}?${new URLSearchParams(all)}`;
  }

  /** With limits of time so short that a test of silence ends soon; a busy machine misses them elsewhere. */
  impatientUrl(): string {
    return this.url('greeting_timeout_ms=700&socket_timeout_ms=700&send_timeout_ms=2500&body_timeout_ms=700');
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** How often a point was reached. */
  count(point: Point): number {
    return this.#counts.get(point) ?? 0;
  }

  /** Resolves when a conversation next gets to a point, before the server answers there. */
  reaches(point: Point): Promise<void> {
    return new Promise((resolve) => {
      const watcher = {
        point,
        seen: () => {
          this.#watchers.delete(watcher);
          resolve();
        },
      };
      this.#watchers.add(watcher);
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #converse(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    const mail = { from: '', to: '' };
    let buffer = '';
    let body: string | undefined;
    this.#answer(socket, 'greeting');
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      buffer += chunk;
      for (;;) {
        if (body !== undefined) {
          if (body === 'held') return;
          if (body === '' && buffer !== '' && this.#answer(socket, 'in-body') !== '') {
            body = 'held';
            return;
          }
          if (body === '' && buffer.startsWith('.\r\n')) {
            // Where no recipient was taken a pipelined DATA is ended at once (RFC 2920, 3.1).
            buffer = buffer.slice(3);
            body = undefined;
            socket.write('554 5.5.1 no valid recipients\r\n');
            continue;
          }
          const end = buffer.indexOf('\r\n.\r\n');
          if (end < 0) {
            body = buffer === '' ? '' : 'begun';
            return;
          }
          // The dot that a sender puts before a line's own dot is taken off (RFC 5321, 4.5.2).
          this.#received(socket, mail, buffer.slice(0, end).replaceAll('\r\n.', '\r\n'));
          buffer = buffer.slice(end + 5);
          body = undefined;
        }
        const line = buffer.indexOf('\r\n');
        if (line < 0) return;
        const command = buffer.slice(0, line);
        buffer = buffer.slice(line + 2);
        if (this.#command(socket, command, mail)) body = '';
      }
    });
  }

  /** True when a body follows. */
  #command(socket: Socket, command: string, mail: { from: string; to: string }): boolean {
    const verb = command.slice(0, 4).toUpperCase();
    if (verb === 'EHLO' || verb === 'HELO') this.#answer(socket, 'ehlo');
    else if (verb === 'AUTH') this.#answer(socket, 'auth');
    else if (verb === 'MAIL') {
      mail.from = command.slice(10);
      this.#answer(socket, 'mail');
    } else if (verb === 'RCPT') {
      mail.to = /<([^>]*)>/.exec(command)?.[1] ?? '';
      this.#answer(socket, 'rcpt');
    } else if (verb === 'DATA') return textOf(this.#answer(socket, 'data')).startsWith('3');
    else if (verb === 'QUIT') socket.end('221 bye\r\n');
    else socket.write('250 ok\r\n');
    return false;
  }

  #received(socket: Socket, { from, to }: { from: string; to: string }, source: string): void {
    const messageId = /^Message-ID: (<[^>]+>)/im.exec(source)?.[1] ?? '';
    const received = { from, to, messageId, source };
    this.read.push(received);
    const answer = this.#next('dot');
    // `reset` after the dot is a server that took the mail and whose reply was lost on the way.
    if (answer === 'reset' || (typeof answer === 'string' && answer.startsWith('2'))) this.accepted.push(received);
    this.#reach('dot');
    this.#send(socket, answer);
  }

  #next(point: Point): Answer {
    const count = (this.#counts.get(point) ?? 0) + 1;
    this.#counts.set(point, count);
    const scripted = this.script[point];
    return (typeof scripted === 'function' ? scripted(count) : scripted) ?? USUAL[point];
  }

  #reach(point: Point): void {
    for (const watcher of this.#watchers) if (watcher.point === point) watcher.seen();
  }

  /** What was answered; in the body usually nothing is. */
  #answer(socket: Socket, point: Point): Answer {
    const answer = this.#next(point);
    this.#reach(point);
    this.#send(socket, answer);
    return answer;
  }

  #send(socket: Socket, answer: Answer): void {
    if (answer === '' || answer === 'silence') return;
    if (answer === 'reset') {
      resetSocket(socket);
      return;
    }
    if (typeof answer === 'string') {
      socket.write(`${answer}\r\n`);
      return;
    }
    if ('flood' in answer) {
      const part = answer.flood.repeat(65_536 / answer.flood.length);
      const more = () => {
        while (!socket.destroyed && socket.write(part));
      };
      socket.on('drain', more);
      more();
      return;
    }
    if ('when' in answer) {
      void answer.when.then(() => {
        if (!socket.destroyed) socket.write(`${answer.say}\r\n`);
      });
      return;
    }
    const characters = [...`${answer.drip}\r\n`];
    const timer = setInterval(() => {
      const next = characters.shift();
      if (next === undefined || socket.destroyed) clearInterval(timer);
      else socket.write(next);
    }, answer.everyMs);
  }
}

function textOf(answer: Answer): string {
  if (typeof answer === 'string') return answer;
  if ('flood' in answer) return answer.flood;
  return 'when' in answer ? answer.say : answer.drip;
}
