import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectPlainly } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { MemoryLogger } from '@postern/runtime';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startHttpServer } from '../src/http/server.ts';
import { selfSigned } from './self-signed.ts';

const logger = new MemoryLogger();
const app = express().use((_request, response) => void response.end('ok'));
let folder: string;
let server: RunningServer;
let files: { certFile: string; keyFile: string };

const options = () => ({ host: '127.0.0.1', port: 0, maxConnections: 10, problemBase: 'https://x/problems/', logger });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-test-tls-'));
  files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  await write(selfSigned('first'));
  server = await startHttpServer(app, { ...options(), tls: files });
});
afterAll(async () => {
  await server.close(AbortSignal.timeout(2_000));
  await rm(folder, { recursive: true });
});

async function write({ cert, key }: { cert: string; key: string }): Promise<void> {
  await writeFile(files.certFile, cert);
  await writeFile(files.keyFile, key);
}

/** The name on the certificate that a new connection is shown, and what the server answers over it. */
function visit(maxVersion: 'TLSv1.3' | 'TLSv1.1' = 'TLSv1.3'): Promise<{ name: string | undefined; answer: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      port: server.port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      maxVersion,
      minVersion: 'TLSv1',
    });
    let answer = '';
    let certificate: PeerCertificate | undefined;
    socket.on('secureConnect', () => {
      certificate = socket.getPeerCertificate();
      socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    });
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve({ name: String(certificate?.subject.CN), answer }));
  });
}

describe('TLS', () => {
  it('is served with the certificate of the files, from version 1.2 on', async () => {
    const { name, answer } = await visit();
    expect([name, answer.split('\r\n')[0]]).toEqual(['first', 'HTTP/1.1 200 OK']);
    await expect(visit('TLSv1.1')).rejects.toThrow();
  });

  it('takes up a new certificate without dropping anybody', async () => {
    await write(selfSigned('second'));
    await server.reloadTls();
    expect((await visit()).name).toBe('second');
  });

  it('keeps the certificate it has when the new files do not fit together, and reports it once', async () => {
    await writeFile(files.certFile, selfSigned('third').cert);
    await server.reloadTls();
    await server.reloadTls();
    expect((await visit()).name).toBe('second');
    expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    await write(selfSigned('fourth'));
    await server.reloadTls();
    expect((await visit()).name).toBe('fourth');
  });

  it.each(['', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'])('cuts a client off that speaks no TLS: %j', async (said) => {
    await write(selfSigned('fifth'));
    const limits = { headersTimeout: 100, connectionsCheckingInterval: 50 };
    const impatient = await startHttpServer(app, { ...options(), tls: files, limits });
    const socket = connectPlainly({ port: impatient.port, host: '127.0.0.1' });
    socket.on('error', () => undefined).resume();
    socket.write(said);
    await once(socket, 'close');
    await impatient.close(AbortSignal.timeout(2_000));
  });

  it('does not start with files that are not a certificate, and reports which', async () => {
    const missing = { ...files, keyFile: join(folder, 'nowhere') };
    await expect(startHttpServer(app, { ...options(), tls: missing })).rejects.toThrow(/TLS_KEY_FILE cannot be read/);
    await writeFile(files.keyFile, 'not a key');
    await expect(startHttpServer(app, { ...options(), tls: files })).rejects.toThrow(
      /are not a certificate with its key/,
    );
  });
});
