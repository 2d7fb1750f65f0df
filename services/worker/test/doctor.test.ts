import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OWN_QUEUES } from '@postern/events';
import type { Finding } from '@postern/runtime';
import { openPatiently, runCommands, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { openQueues } from '@postern/sqs';
import { type TestSqs, testSqs } from '@postern/sqs/testing';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { workerDoctor } from '../src/doctor/worker-doctor.ts';
import { markRecipientKey, remarkRecipientKey } from '../src/mail/delivery/ledger/own-recipient-key.ts';
import { RecipientHasher } from '../src/mail/delivery/ledger/recipient.ts';
import { TEST_SECRETS } from './support/mail-side.ts';

let parts: TestDatabase;
let sqs: TestSqs;
let smtp: SMTPServer;
let folder: string;
let env: Record<string, string>;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
const RECORDS: Record<string, string[]> = {
  'mail.example.com': ['v=spf1 include:provider.example -all'],
  '_dmarc.mail.example.com': ['v=DMARC1; p=reject'],
  's1._domainkey.mail.example.com': [
    `v=DKIM1; k=rsa; p=${publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`,
  ],
};

beforeAll(async () => {
  parts = await testDatabase('doctor', migrations);
  sqs = await testSqs();
  await openQueues(sqs.client, { prefix: sqs.prefix, names: OWN_QUEUES, create: true });
  smtp = new SMTPServer({
    authMethods: ['PLAIN'],
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    onAuth: ({ password }, _session, done) =>
      password === 'right' ? done(null, { user: 'us' }) : done(new Error('wrong')),
  });
  smtp.on('error', () => undefined);
  await new Promise<void>((resolve) => void smtp.listen(0, '127.0.0.1', resolve));
  folder = mkdtempSync(join(tmpdir(), 'postern-doctor-'));
  const port = (smtp.server.address() as AddressInfo).port;
  env = {
    ...TEST_SECRETS,
    ...{ DATABASE_URL: parts.url, SQS_ENDPOINT: sqs.endpoint, QUEUE_PREFIX: sqs.prefix },
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' },
    ...{ SMTP_URL: `smtp://us:right@127.0.0.1:${port}?tls=off`, WORKER_OPS_HOST: '127.0.0.1', WORKER_OPS_PORT: '0' },
    ...{ DKIM_DOMAIN: 'mail.example.com', DKIM_SELECTOR: 's1', DKIM_PRIVATE_KEY: PEM },
  };
});
afterAll(async () => {
  await new Promise<void>((resolve) => smtp.close(resolve));
  await sqs.close();
  await parts.close();
  rmSync(folder, { recursive: true });
});

interface Report {
  failures: number;
  warnings: number;
  findings: Finding[];
}

/** What the doctor finds with these changes of the environment and of the DNS. */
async function examine(changes: Record<string, string> = {}, records = RECORDS): Promise<Report & { code: number }> {
  for (const [name, value] of Object.entries({ ...env, ...changes })) vi.stubEnv(name, value);
  const lookup = async (name: string) => {
    const found = records[name];
    if (found) return found.map((text) => [text]);
    throw Object.assign(new Error(`queryTxt ENODATA ${name}`), { code: 'ENODATA' });
  };
  try {
    const { code, out } = await runCommands([workerDoctor(lookup)], 'doctor', '--json');
    return { code: code ?? -1, ...(JSON.parse(out) as Report) };
  } finally {
    vi.unstubAllEnvs();
  }
}

/** A proxy before the database that keeps the strictness of a session to itself. */
async function lenient(url: string): Promise<{ url: string } & Disposable> {
  const { hostname, port } = new URL(url);
  // As long, since the packet says its length.
  const [strict, other] = ['STRICT_TRANS_TABLES,STRICT_ALL_TABLES', 'NO_ZERO_IN_DATE,NO_AUTO_VALUE_ON_ZERO'];
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    client.on('data', (sent) => upstream.write(Buffer.from(sent.toString('latin1').replace(strict, other), 'latin1')));
    upstream.pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('close', () => upstream.destroy());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const before = new URL(url);
  [before.hostname, before.port] = ['127.0.0.1', String((server.address() as AddressInfo).port)];
  return { url: before.href, [Symbol.dispose]: () => void server.close() };
}

const troubles = ({ findings }: Report) =>
  findings.filter(({ level }) => level !== 'ok').map(({ subject, level, what }) => `${level} ${subject}: ${what}`);

describe('the doctor of the worker', () => {
  it('finds a RECIPIENT_KEY that is not the one that the tables were made with', async () => {
    await parts.database.sql('recipient_key').insert({ id: 1, mark: Buffer.alloc(32, 1), made_at: new Date() });
    const report = await examine();
    await parts.database.sql('recipient_key').del();
    expect(troubles(report)).toContainEqual(expect.stringMatching(/^failure RECIPIENT_KEY: .*not the key/));
    expect(report.code).toBe(1);
  });

  it('says of a RECIPIENT_KEY whether it was compared', async () => {
    const said = async () => (await examine()).findings.find(({ subject }) => subject === 'RECIPIENT_KEY');
    expect(await said()).toMatchObject({ level: 'ok', what: expect.stringContaining('not compared') });
    const key = Buffer.from(TEST_SECRETS.RECIPIENT_KEY, 'base64');
    await markRecipientKey(parts.database, new RecipientHasher(key));
    expect(await said()).toMatchObject({ level: 'ok', what: expect.stringContaining('known by') });
    await remarkRecipientKey(parts.database);
    expect(await said()).toMatchObject({ level: 'failure', what: expect.stringContaining('recipient-key replace') });
    await parts.database.sql('recipient_key').del();
  });

  it('finds nothing that fails where nothing is wrong', async () => {
    const report = await examine();
    expect(report.findings.filter(({ level }) => level === 'failure')).toEqual([]);
    expect(report).toMatchObject({ code: 0, failures: 0 });
  });

  it('finds queues that are missing, and an SQS that is not there', async () => {
    const missing = troubles(await examine({ QUEUE_PREFIX: `${sqs.prefix}none-` }));
    expect(missing).toContain(`failure queue ${sqs.prefix}none-mail-dead: does not exist`);
    const gone = troubles(await examine({ SQS_ENDPOINT: 'http://127.0.0.1:1' }));
    expect(gone).toContainEqual(expect.stringMatching(/failure queue .*-mail: cannot be asked: .*ECONNREFUSED/));
  });

  it('finds what is wrong with the way to its mail provider', async () => {
    const { port } = smtp.server.address() as AddressInfo;
    const found = troubles(
      await examine({
        SMTP_URL: `smtp://127.0.0.1:${port}`,
        SMTP_FALLBACK_URL: `smtp://us:wrong@127.0.0.1:${port}?tls=off`,
      }),
    );
    expect(found).toContainEqual(expect.stringMatching(/failure SMTP_URL: .*STARTTLS/i));
    const { findings } = await examine({ SMTP_URL: `smtp://127.0.0.1:${port}` });
    expect(findings.find(({ subject }) => subject === 'SMTP_URL')).toMatchObject({
      todo: expect.stringContaining('SMTP_URL=smtp://…?tls=off'),
    });
    expect(found).toContainEqual(expect.stringMatching(/failure SMTP_FALLBACK_URL: .*(login|auth)/i));
    expect(troubles(await examine({ SMTP_URL: 'smtp://127.0.0.1:1?tls=off' }))).toContainEqual(
      expect.stringMatching(/failure SMTP_URL: .*ECONNREFUSED/),
    );
  });

  it('finds what receivers would hold against the sender', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'der', type: 'spki' });
    const found = troubles(
      await examine(
        {},
        {
          'mail.example.com': ['v=spf1 -all', 'v=spf1 +all'],
          's1._domainkey.mail.example.com': [`v=DKIM1; p=${other.toString('base64')}`],
        },
      ),
    );
    expect(found).toContainEqual(expect.stringMatching(/failure SPF: .*2 SPF records/));
    expect(found).toContainEqual(expect.stringMatching(/warning DMARC: .*no DMARC record/));
    expect(found).toContainEqual(expect.stringMatching(/failure DKIM: .*another key than DKIM_PRIVATE_KEY/));
    const deaf = await examine({}, {});
    expect(troubles(deaf)).toContainEqual(expect.stringMatching(/failure DKIM: .* does not exist/));
  });

  it('finds settings that do not fit, a port in use, keys that are shared, and files that everybody reads', async () => {
    const other: Server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const file = join(folder, 'link_key');
    writeFileSync(file, TEST_SECRETS.RECIPIENT_KEY);
    chmodSync(file, 0o644);
    const found = troubles(
      await examine({
        ...{ LINK_KEY: '', LINK_KEY_FILE: file, SHUTDOWN_GRACE_MS: '20000', MAIL_LEASE_MS: '2000' },
        ACCEPT_UNSIGNED_UNTIL: new Date(Date.now() + 3_600_000).toISOString(),
        WORKER_OPS_PORT: String((other.address() as AddressInfo).port),
      }),
    );
    other.close();
    for (const expected of [
      /failure time limits: .*visibility .* shorter than the shutdown grace/,
      /failure time limits: .*MAIL_LEASE_MS/,
      /warning ACCEPT_UNSIGNED_UNTIL: messages that nobody has signed/,
      /failure port \d+: another program has it/,
      /warning LINK_KEY: it has a key of RECIPIENT_KEY/,
      /warning LINK_KEY_FILE: everybody on this machine can read it/,
    ]) {
      expect(found).toContainEqual(expect.stringMatching(expected));
    }
  });

  it('reports every error of the configuration, and still looks at the database', async () => {
    const report = await examine({ PUBLIC_URL: 'nonsense', MAIL_FROM: 'nobody' });
    expect(report.code).toBe(1);
    expect(troubles(report).filter((line) => line.startsWith('failure configuration'))).toHaveLength(2);
    expect(report.findings).toContainEqual(expect.objectContaining({ subject: 'migrations', level: 'ok' }));
  });

  it('finds a migration that has not run, and one that a newer release made', async () => {
    const last = migrations.at(-1)?.name ?? '';
    await parts.database.sql('migrations').where({ name: last }).update({ name: '9999-newer' });
    expect(troubles(await examine())).toContainEqual(`failure migrations: 1 pending, first ${last}`);
    await parts.database.sql('migrations').insert({ name: last, ran_at: new Date() });
    expect(troubles(await examine())).toContainEqual('warning migrations: a newer release made 9999-newer');
    await parts.database.sql('migrations').where({ name: '9999-newer' }).delete();
  });

  it('says of tables that are still to be made that migrations are pending, and nothing else', async () => {
    const last = migrations.at(-1)?.name ?? '';
    await parts.database.sql('migrations').where({ name: last }).del();
    await parts.database.sql.schema.renameTable('recipient_key', 'not_yet');
    const found = troubles(await examine()).filter((line) => line.startsWith('failure'));
    await parts.database.sql.schema.renameTable('not_yet', 'recipient_key');
    await parts.database.sql('migrations').insert({ name: last, ran_at: new Date() });
    expect(found).toEqual([`failure migrations: 1 pending, first ${last}`]);
  });

  it.runIf(process.env.TEST_DATABASE_URL)('finds a session that is not strict though it was set so', async () => {
    using proxy = await lenient(parts.url);
    expect(troubles(await examine({ DATABASE_URL: proxy.url }))).toContainEqual(
      expect.stringMatching(
        /^failure database sql_mode: it is "[^"]*NO_ZERO_IN_DATE[^"]*" although the session has set it/,
      ),
    );
    expect((await examine()).findings).toContainEqual(
      expect.objectContaining({ subject: 'database sql_mode', level: 'ok' }),
    );
  });

  it.runIf(process.env.TEST_DATABASE_URL)(
    'finds a user that may not write, tables that lack letters, and a wrong password',
    async () => {
      const admin = openPatiently(parts.url, { poolSize: 1 });
      const name = new URL(parts.url).pathname.slice(1);
      const user = `d${name.slice(-12)}`;
      try {
        await admin.sql.raw(`CREATE USER '${user}'@'%' IDENTIFIED BY 'secret'`);
        await admin.sql.raw(`GRANT SELECT, INSERT ON ${name}.* TO '${user}'@'%'`);
        await admin.sql.raw('CREATE TABLE odd (name varchar(10)) ENGINE=MyISAM CHARACTER SET latin1');
        const url = new URL(parts.url);
        [url.username, url.password] = [user, 'secret'];
        const found = troubles(await examine({ DATABASE_URL: url.href }));
        expect(found).toContainEqual('failure database grants: the user may not UPDATE, DELETE');
        expect(found).toContainEqual('failure database characters: not InnoDB, or not utf8mb4: odd');
        url.password = 'wrong';
        expect(troubles(await examine({ DATABASE_URL: url.href }))).toContainEqual(
          expect.stringMatching(/failure database: .*refuses its user or password/),
        );
        await admin.sql.raw('DROP TABLE odd');
        await admin.sql.raw(`GRANT UPDATE, DELETE ON ${name}.* TO '${user}'@'%'`);
        [url.username, url.password] = [user, 'secret'];
        expect((await examine({ DATABASE_URL: url.href })).findings).toContainEqual(
          expect.objectContaining({ subject: 'database grants', level: 'ok' }),
        );
        expect(troubles(await examine())).toContainEqual(
          expect.stringMatching(/warning database grants: the user may change tables/),
        );
      } finally {
        await admin.sql.raw(`DROP USER IF EXISTS '${user}'@'%'`);
        await admin.close();
      }
    },
  );
});
