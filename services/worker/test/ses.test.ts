import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import type { TryOptions } from '../src/mail/delivery/transports/mail-transport.ts';
import { openTransport } from '../src/mail/delivery/transports/open-transport.ts';
import { outcomeOf } from '../src/mail/delivery/transports/ses-errors.ts';
import { type MailSide, MINUTE, openMailSide } from './support/mail-side.ts';

interface Answer {
  status: number;
  type?: string;
  body: unknown;
}

let ses: Server;
let side: MailSide;
let close: () => Promise<void>;
/** Bodies of the mails that it was asked to send. */
let requests: string[];
let answer: Answer | 'break' | 'silence';
/** To GetAccount. */
let account: Answer;

const url = (endpoint: string) =>
  `ses://eu-central-1?configuration_set=postern&endpoint=${encodeURIComponent(endpoint)}`;
const addressOf = (server: { address(): unknown }) => `127.0.0.1:${(server.address() as AddressInfo).port}`;
const refusal = (status: number, type: string, message = 'no'): Answer => ({ status, type, body: { message } });

beforeEach(async () => {
  close = async () => undefined;
  requests = [];
  answer = { status: 200, body: { MessageId: 'ses-message-1' } };
  account = { status: 200, body: { SendingEnabled: true } };
  ses = createServer((request, response) => {
    const say = ({ status, type, body }: Answer) => {
      const headers = { 'content-type': 'application/json', ...(type ? { 'x-amzn-errortype': type } : {}) };
      response.writeHead(status, headers).end(JSON.stringify(body));
    };
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'GET') return say(account);
      requests.push(Buffer.concat(chunks).toString());
      if (answer === 'break') request.socket.destroy();
      else if (answer !== 'silence') say(answer);
    });
  });
  await new Promise<void>((resolve) => ses.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await close();
  ses.closeAllConnections();
  await new Promise((resolve) => ses.close(resolve));
});

async function open(endpoint = `http://${addressOf(ses)}`): Promise<void> {
  side = await openMailSide({ SMTP_URL: url(endpoint) });
  close = () => side.close();
}

describe('SES', () => {
  beforeEach(() => open());

  it('accepts a mail, and its notification finds the mail by the id that SES gave it', async () => {
    const key = await side.send();
    expect(await side.state(key)).toBe('accepted');
    expect(JSON.parse(requests[0] ?? '')).toMatchObject({ ConfigurationSetName: 'postern' });
    const body = JSON.stringify({ notificationType: 'Delivery', mail: { messageId: 'ses-message-1' } });
    await side.providerEvents.handle({ body, sentAt: new Date() });
    expect(await side.state(key)).toBe('delivered');
  });

  it.each([
    ['deferred', refusal(429, 'TooManyRequestsException')],
    ['deferred', refusal(408, 'RequestTimeoutException')],
    ['deferred', refusal(500, 'InternalFailure')],
    ['deferred', refusal(400, 'AccountSuspendedException')],
    ['deferred', refusal(403, 'InvalidSignatureException')],
    ['deferred', refusal(404, 'NotFoundException', 'Configuration set <postern> does not exist.')],
    ['deferred', refusal(400, 'MessageRejected', 'Email address is not verified. The following identities failed')],
    ['failed', refusal(400, 'MessageRejected')],
    ['failed', refusal(400, 'BadRequestException')],
  ])('leaves a mail %s when it answers %o, and is asked once', async (state, refused) => {
    answer = refused;
    expect(await side.state(await side.send())).toBe(state);
    expect(requests).toHaveLength(1);
  });

  it('is not asked to send to an address that it accepts no mail for (SMTPUTF8)', async () => {
    const key = await side.send({ to: 'żółw@example.com' });
    expect(await side.state(key)).toBe('failed');
    expect((await side.ledger.history(mailId(key))).at(-1)?.reason).toContain('SMTPUTF8');
    expect(requests).toHaveLength(0);
  });

  it('that refuses one mail after the other is shut off, and mails wait', async () => {
    answer = refusal(400, 'MessageRejected', 'Missing final something');
    for (let n = 0; n < 8; n++) await side.send({ to: `person@company${n}.example` });
    expect(requests).toHaveLength(5);
    expect((await side.ledger.counts(new Date(0))).get('failed')).toBe(4);
  });

  it('is let be by every further mail once it refused the account', async () => {
    answer = refusal(403, 'InvalidSignatureException');
    await side.send();
    expect(side.providers.all[0]?.breaker.state).toBe('open');
    await side.send();
    expect(requests).toHaveLength(1);
  });

  it('leaves a mail unknown when it took the request and did not answer', async () => {
    answer = 'break';
    const key = await side.send();
    expect(await side.state(key)).toBe('unknown');
    expect(requests).toHaveLength(1);
  });
});

describe('a mail to SES that is cut off', () => {
  it('is unknown when its request was out', async () => {
    await open();
    answer = 'silence';
    const key = `${crypto.randomUUID()}/send-verification/verification`;
    const sending = side.send({ key });
    await expect.poll(() => requests.length).toBe(1);
    await side.delivery.stop();
    await sending;
    expect(await side.state(key)).toBe('unknown');
  });

  it('was not sent when its request was not out yet', async () => {
    const cut = new AbortController();
    const outcome = await sendOver(url(`http://${addressOf(ses)}`), {
      signal: cut.signal,
      beforeBody: async () => cut.abort(),
    });
    expect(outcome).toMatchObject({ kind: 'provider-down', refused: false });
    expect(requests).toHaveLength(0);
  });

  it('was not handed over when it is not to go after all', async () => {
    const outcome = await sendOver(url(`http://${addressOf(ses)}`), {
      signal: new AbortController().signal,
      beforeBody: () => Promise.reject(new Error('another replica has it')),
    });
    expect(outcome).toMatchObject({
      kind: 'retry',
      elsewhere: false,
      reason: 'not handed over: another replica has it',
    });
    expect(requests).toHaveLength(0);
  });

  it('was not sent or noted, and ends at once, when the SDK was still waiting for its credentials', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `http://${addressOf(silent)}/credentials`);
    const cut = new AbortController();
    silent.once('request', () => cut.abort());
    let noted = false;
    const outcome = await sendOver(url(`http://${addressOf(ses)}`), {
      signal: cut.signal,
      beforeBody: async () => {
        noted = true;
      },
    });
    expect(noted).toBe(false);
    expect(outcome).toMatchObject({ kind: 'provider-down', refused: false });
    expect(requests).toHaveLength(0);
    silent.closeAllConnections();
    silent.close();
  });
});

describe('SES that cannot be reached', () => {
  let endServer: () => void;
  afterEach(() => endServer());

  const openOverTls = async (server: TcpServer): Promise<void> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await open(`https://${addressOf(server)}`);
  };

  it.each([
    ['closes the connection', (socket: Socket) => socket.destroy()],
    ['speaks no TLS', (socket: Socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('because it %s in the handshake leaves the mail deferred', async (_what, greet) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      greet(socket);
    });
    endServer = () => server.close();
    await openOverTls(server);
    expect(await side.state(await side.send())).toBe('deferred');
  });

  it('because its certificate does not hold leaves the mail deferred', async () => {
    const withItsOwnCertificate = new SMTPServer({ secure: true });
    // That the client refuses the certificate is an error here as well.
    withItsOwnCertificate.on('error', () => undefined);
    endServer = () => withItsOwnCertificate.close();
    await openOverTls(withItsOwnCertificate.server);
    const key = await side.send();
    expect(await side.state(key)).toBe('deferred');
    expect((await side.ledger.history(mailId(key))).at(-1)?.reason).toMatch(/certificate/);
  });
});

describe('a mail that gets no connection to SES', () => {
  it('within the time to connect was not sent, as the SDK reports in its own words', async () => {
    const client = new SESv2Client({
      region: 'eu-central-1',
      endpoint: `http://${addressOf(ses)}`,
      maxAttempts: 1,
      // The one socket is taken by the first request, so the second one never gets a connection.
      requestHandler: { connectionTimeout: 500, httpAgent: { maxSockets: 1 } },
    });
    answer = 'silence';
    const request = () => client.send(new SendEmailCommand({ Content: { Raw: { Data: Buffer.from('x') } } }));
    const first = request().catch(() => undefined);
    await expect.poll(() => requests.length).toBe(1);
    const error = await request().catch((failure: unknown) => failure);
    expect(outcomeOf(error, 'sent')).toMatchObject({ kind: 'provider-down', refused: false });
    client.destroy();
    await first;
  });
});

describe('credentials that may only send', () => {
  it('let the breaker close again', async () => {
    await open();
    account = refusal(403, 'AccessDeniedException', 'User is not authorized to perform: ses:GetAccount');
    answer = refusal(400, 'SendingPausedException');
    const key = await side.send();
    answer = { status: 200, body: { MessageId: 'ses-message-1' } };
    side.providers.start();
    side.clock.forward(MINUTE);
    await expect.poll(() => side.providers.all[0]?.breaker.state).toBe('half-open');
    await side.later(MINUTE);
    expect(await side.state(key)).toBe('accepted');
    expect(side.providers.all[0]?.breaker.state).toBe('closed');
  });

  it('are not those that SES does not know, or whose account is paused', async () => {
    await open();
    const transport = side.providers.all[0]?.transport;
    account = refusal(403, 'UnrecognizedClientException');
    await expect(transport?.verify()).rejects.toThrow();
    account = { status: 200, body: { SendingEnabled: false } };
    await expect(transport?.verify()).rejects.toThrow(/paused/);
  });
});

async function sendOver(providerUrl: string, options: TryOptions) {
  const transport = openTransport(providerUrl, { name: 'primary', variable: 'SMTP_URL' });
  try {
    const envelope = { from: 'hello@example.com', to: 'ann@example.com' };
    return await transport.send({ ...envelope, envelope, messageId: '<1@example.com>', text: 'Hello' }, options);
  } finally {
    await transport.close();
  }
}
