import { errorMessage, withoutAddresses } from '@postern/runtime';
import { createTransport, type Transporter } from 'nodemailer';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { TimeLimit } from '../../../policies/time-limit.ts';
import { AccessTokens, NoAccessTokenError } from './access-tokens.ts';
import { boundReplies } from './bounded-replies.ts';
import { type ComposedMail, MailTransport, type Outcome, type TryOptions } from './mail-transport.ts';
import { notHandedOver } from './not-handed-over.ts';
import { OnePieceBody } from './one-piece-body.ts';
import type { OpenTransportOptions } from './open-transport.ts';
import { waitPatientlyBehindBodies } from './patient-body.ts';
import { providerMessageId } from './provider-message-id.ts';
import { converse, signIn } from './smtp-conversation.ts';
import { classifyReply, type SmtpStage } from './smtp-replies.ts';
import type { SmtpSettings } from './smtp-url.ts';
import { NO_SMTPUTF8, needsSmtputf8, offersSmtputf8 } from './smtputf8.ts';
import { Smtputf8Support } from './smtputf8-support.ts';

/** Mails over one connection before a new one takes its place: providers cut off long-lived sessions. */
const MAILS_PER_CONNECTION = 500;

/** Characters of one reply: what goes on past it is cut off. The longest reply, to EHLO, is a kilobyte or two. */
const MAX_REPLY_BYTES = 65_536;

/** The pool's word for a connection that closed with nothing of the mail sent, once `maxRequeues` is used up. */
const CLOSED_BEFORE_USE = 'Reached maximum number of retries after connection was closed';

boundReplies();
waitPatientlyBehindBodies();

/** What a try met that is gone by the next: a connection that had been closed, a token that does not count any more. */
type Stale = 'stale-connection' | 'stale-token';

type SmtpExtras = Pick<OpenTransportOptions, 'dkim' | 'oauth' | 'ehloName'>;

/** Goes through nodemailer with a mail's other options, to the plugin that makes its stream. */
interface BodyOfTry {
  /** Part of the delimiter between the mail's parts. */
  baseBoundary: string;
  body: {
    readonly before: TryOptions['beforeBody'];
    /**
     * nodemailer says `CONN` whenever a connection breaks; whether the body had been handed over by then is what distinguishes
     * "not sent" from "nobody knows".
     */
    stream: OnePieceBody | undefined;
  };
}

interface SmtpError {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
}

/** Hands mails to an SMTP server through nodemailer's pool, and says what became of each. */
export class SmtpTransport extends MailTransport {
  override readonly name: string;
  override readonly concurrency: number;
  override readonly longestTryMs: number;
  override readonly longestAnswerMs: number;
  readonly #smtputf8: Smtputf8Support;
  readonly #tokens: AccessTokens | undefined;
  readonly #transporter: Transporter;
  readonly #connection: SMTPConnection.Options;
  readonly #user: Pick<SmtpSettings, 'auth' | 'oauthUser'>;

  constructor(name: string, settings: SmtpSettings, { dkim, oauth, ehloName }: SmtpExtras = {}) {
    super();
    const { oauthUser } = settings;
    // `config.ts` sees to it that one is not without the other.
    this.#tokens = oauthUser !== undefined && oauth ? new AccessTokens(oauth) : undefined;
    this.name = name;
    this.concurrency = settings.connections;
    this.longestTryMs = settings.sendTimeoutMs;
    this.longestAnswerMs = settings.bodyTimeoutMs;
    const connection = {
      host: settings.host,
      port: settings.port,
      secure: settings.secure,
      requireTLS: !settings.secure && settings.tls === 'required',
      ignoreTLS: settings.tls === 'off',
      connectionTimeout: settings.connectTimeoutMs,
      greetingTimeout: settings.greetingTimeoutMs,
      dnsTimeout: settings.connectTimeoutMs,
      socketTimeout: settings.socketTimeoutMs,
      maxResponseSize: MAX_REPLY_BYTES,
      ...(ehloName === undefined ? {} : { name: ehloName }),
    };
    this.#connection = connection;
    this.#user = settings;
    this.#smtputf8 = new Smtputf8Support(() => offersSmtputf8(connection, AbortSignal.timeout(settings.sendTimeoutMs)));
    this.#transporter = createTransport({
      ...connection,
      pool: true,
      ...(settings.auth ? { auth: settings.auth } : {}),
      ...(this.#tokens && oauthUser ? { auth: byToken(oauthUser, this.#tokens) } : {}),
      maxConnections: settings.connections,
      maxMessages: MAILS_PER_CONNECTION,
      // The default requeues by itself a mail whose connection closed, past the ledger.
      maxRequeues: 0,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(dkim ? { dkim } : {}),
    });
    // Errors of idle connections; those of a mail come back from its send as well.
    this.#transporter.on('error', () => undefined);
    this.#transporter.use('stream', ({ message, data }, done) => {
      const { body } = data as BodyOfTry;
      const create = message.createReadStream.bind(message);
      message.createReadStream = (options) => {
        body.stream = new OnePieceBody(create(options), body.before);
        return body.stream;
      };
      done();
    });
  }

  override async send(mail: ComposedMail, options: TryOptions): Promise<Outcome> {
    let outcome = await this.#try(mail, options);
    // A pooled connection that the server had dropped while it lay idle: not a byte was sent, so at once over a new one.
    // And an access token that the server took back before its time: the next one is another.
    if (typeof outcome === 'string') outcome = await this.#try(mail, options, outcome === 'stale-token');
    if (typeof outcome !== 'string') return outcome;
    return { kind: 'provider-down', reason: 'session: the server closed the connection', refused: false };
  }

  /** @param renewed the token is new: a server that refuses it refuses us */
  async #try(mail: ComposedMail, { signal, beforeBody }: TryOptions, renewed = false): Promise<Outcome | Stale> {
    const limit = new TimeLimit(this.longestTryMs, signal);
    const before = async () => {
      await beforeBody();
      limit.restart(this.longestAnswerMs);
    };
    const body: BodyOfTry['body'] = { before, stream: undefined };
    let token: string | undefined;
    try {
      token = await this.#tokens?.get();
      const unfit = await this.#whyUnfit(mail.envelope.to, limit.signal);
      if (unfit) return unfit;
      // The id is as hard to foresee as the random bytes that nodemailer would draw for it.
      const baseBoundary = mail.messageId.slice(1, 33);
      const options: ComposedMail & BodyOfTry = { ...mail, signal: limit.signal, baseBoundary, body };
      const info = await this.#transporter.sendMail(options);
      const id = providerMessageId((info as { serverMessageId?: string }).serverMessageId);
      return {
        kind: 'accepted',
        reason: withoutAddresses(info.response ?? 'accepted'),
        ...(id === undefined ? {} : { providerMessageId: id }),
      };
    } catch (error) {
      // What was not handed over by now must not be: nodemailer goes on after a reply that came before its time.
      body.stream?.destroy();
      if (token !== undefined && (error as SmtpError).code === 'EAUTH') {
        this.#tokens?.forget(token);
        if (!renewed) return 'stale-token';
      }
      return this.#outcomeOf(error, body.stream?.handedOver === true);
    } finally {
      limit.end();
    }
  }

  /**
   * Whether it takes no mail to such an address. Not being able to ask says nothing of the provider: the question has a connection of
   * its own, which a server that limits them may refuse while it works.
   */
  async #whyUnfit(recipient: string, signal: AbortSignal): Promise<Outcome | undefined> {
    if (!needsSmtputf8(recipient)) return undefined;
    try {
      return (await this.#smtputf8.offered(signal)) ? undefined : { kind: 'fail', reason: NO_SMTPUTF8 };
    } catch (error) {
      const reason = `session: it cannot be asked for SMTPUTF8: ${withoutAddresses(errorMessage(error))}`;
      return { kind: 'retry', reason, elsewhere: true, unasked: true };
    }
  }

  #outcomeOf(error: unknown, bodyGiven: boolean): Outcome | Stale {
    if (error instanceof NoAccessTokenError) {
      return { kind: 'provider-down', reason: `session: ${withoutAddresses(error.message)}`, refused: error.refused };
    }
    const { code, command = '', response, responseCode } = error as SmtpError;
    const what = withoutAddresses(errorMessage(error));
    const refused = responseCode !== undefined && responseCode >= 400 && responseCode < 600;
    if (refused && response !== undefined) return classifyReply(responseCode, response, stageOf(command, bodyGiven));
    // Nothing, or what is not a refusal where an answer is due: a reply too many puts all that follow in the wrong place.
    if (bodyGiven) return { kind: 'unknown', reason: `body: ${what}` };
    if (code === 'ESTREAM') return notHandedOver(error);
    // What nodemailer found itself; the server has not been asked.
    if (code === 'EENVELOPE' && command === 'API') return { kind: 'fail', reason: `recipient: ${what}` };
    if (code === 'EABORT' || code === 'ABORT_ERR')
      return { kind: 'provider-down', reason: 'session: cut off at its time limit', refused: false };
    if (code === 'ECONNECTION' && what === CLOSED_BEFORE_USE) return 'stale-connection';
    return { kind: 'provider-down', reason: `session: ${what}`, refused: code === 'EAUTH' || code === 'ETLS' };
  }

  override async verify(): Promise<void> {
    const limit = new AbortController();
    const late = new Error('the server did not answer in time');
    const timer = setTimeout(() => limit.abort(late), this.longestTryMs);
    try {
      await this.#signIn(limit.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async #signIn(signal: AbortSignal): Promise<void> {
    const token = await this.#tokens?.get();
    try {
      await this.#signInBy(token, signal);
    } catch (error) {
      if (token === undefined || (error as SmtpError).code !== 'EAUTH') throw error;
      this.#tokens?.forget(token);
      await this.#signInBy(await this.#tokens?.get(), signal);
    }
  }

  #signInBy(token: string | undefined, signal: AbortSignal): Promise<void> {
    const { auth, oauthUser = '' } = this.#user;
    return converse(this.#connection, signal, async (connection) => {
      if (token !== undefined) await signIn(connection, { user: oauthUser, token });
      else if (auth) await signIn(connection, auth);
    });
  }

  override async close(): Promise<void> {
    this.#transporter.close({ force: true });
  }
}

/** Signs each connection in with the token that counts by then. */
function byToken(user: string, tokens: AccessTokens) {
  return {
    type: 'OAuth2' as const,
    user,
    provisionCallback: (_user: string, _renew: boolean, done: (error: Error | null, token?: string) => void) => {
      tokens.get().then((token) => done(null, token), done);
    },
  };
}

/** nodemailer names the command whose reply it read; `DATA` stands for the command and for the body's end. */
function stageOf(command: string, bodyGiven: boolean): SmtpStage {
  if (bodyGiven || command === 'DATA') return 'body';
  if (command === 'MAIL FROM') return 'sender';
  if (command === 'RCPT TO') return 'recipient';
  return 'session';
}
