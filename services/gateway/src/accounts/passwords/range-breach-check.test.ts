import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryLogger, Metrics } from '@postern/runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RangeBreachCheck } from './range-breach-check.ts';

/** SHA-1 of "password" is 5BAA6 1E4C9B93F3F0682250B6CF8331B7EE68FD8. */
const SUFFIX = '1E4C9B93F3F0682250B6CF8331B7EE68FD8';

let server: Server;
let url: string;
let answer: { status: number; text: string };
let asked: string[];
let metrics: Metrics;
let logger: MemoryLogger;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(answer.status, { 'content-type': 'text/plain' }).end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/range`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

beforeEach(() => {
  answer = { status: 200, text: '' };
  asked = [];
  metrics = new Metrics({ defaults: false });
  logger = new MemoryLogger();
});

/** On a busy machine a service of the same process is slow as well. */
const TIMEOUT_MS = 60_000;
const check = () => new RangeBreachCheck(url, logger, metrics, TIMEOUT_MS);

describe('RangeBreachCheck', () => {
  it('finds a password in the range of its hash, and sends the service five digits of it', async () => {
    answer.text = `0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n${SUFFIX}:9545824\r\n`;
    expect(await check().isBreached('password')).toBe(true);
    expect(asked).toEqual(['/range/5BAA6']);
  });

  it('finds nothing in the range of others, nor in padding', async () => {
    answer.text = `0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n${SUFFIX}:0\r\n`;
    expect(await check().isBreached('password')).toBe(false);
  });

  it('lets passwords through when the service fails, and counts it', async () => {
    answer = { status: 500, text: 'broken' };
    expect(await check().isBreached('password')).toBe(false);
    expect(await metrics.expose()).toContain('password_breach_checks_total{outcome="failed"} 1');
    expect(JSON.stringify(logger.lines)).not.toContain('5BAA6');
  });

  it('lets passwords through when there is no service', async () => {
    const nowhere = new RangeBreachCheck('http://127.0.0.1:1/range/', logger, metrics);
    expect(await nowhere.isBreached('password')).toBe(false);
    expect(logger.lines.map(({ fields }) => fields.reason)).toEqual(['bad port']);
  });
});
