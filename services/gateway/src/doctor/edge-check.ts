import { X509Certificate } from 'node:crypto';
import { type Check, errorMessage, type Finding, failure, ok, warning } from '@postern/runtime';
import type { GatewayConfig } from '../config.ts';
import { readTlsPair } from '../http/tls-files.ts';

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/**
 * How clients reach the gateway: its public URL, its certificate, the proxies before it; and how administrators sign in.
 *
 * @param twoFactor whether anybody can set a second factor up
 */
export function edgeCheck({ env, tls }: Pick<GatewayConfig, 'env' | 'tls'>, twoFactor: boolean): Check {
  return {
    subject: 'edge',
    run: async () => {
      const publicUrl = new URL(env.PUBLIC_URL);
      return [
        ...overHttp(publicUrl),
        ...(tls ? await certificate(tls, publicUrl) : proxies(publicUrl, env.TRUST_PROXY)),
        ...(twoFactor && env.ADMIN_TWO_FACTOR === 'off' ? [withoutFactor] : []),
      ];
    },
  };
}

const withoutFactor = warning(
  'ADMIN_TWO_FACTOR',
  'administrators may sign in with a password alone',
  "set ADMIN_TWO_FACTOR=required wherever people's data is real",
);

function overHttp({ protocol, hostname }: URL): Finding[] {
  if (protocol === 'https:') return [ok('PUBLIC_URL', 'https')];
  if (/^(localhost|127\.|\[::1\])/.test(hostname)) return [ok('PUBLIC_URL', 'http, on this machine')];
  const what = 'mailed links and passwords go over http: anybody on the way can read them';
  return [
    failure('PUBLIC_URL', what, 'make it https, with a proxy that terminates TLS, or TLS_CERT_FILE and TLS_KEY_FILE'),
  ];
}

function proxies({ protocol }: URL, trusted: number): Finding[] {
  if (protocol !== 'https:' || trusted > 0) return [ok('TRUST_PROXY', `${trusted} proxies`)];
  const what =
    'a proxy in front of the gateway terminates TLS and is not trusted: every client counts as its address, and limits hit all of them';
  return [failure('TRUST_PROXY', what, 'set it to the number of proxies in front of the gateway')];
}

async function certificate(tls: NonNullable<GatewayConfig['tls']>, { hostname }: URL): Promise<Finding[]> {
  const subject = 'TLS_CERT_FILE';
  let chain: X509Certificate;
  try {
    chain = new X509Certificate((await readTlsPair(tls)).cert);
  } catch (error) {
    return [failure(subject, errorMessage(error), 'give it the certificate chain, and TLS_KEY_FILE its key, as PEM')];
  }
  const days = Math.floor((chain.validToDate.getTime() - Date.now()) / DAY_MS);
  const todo = 'renew it; new files are taken on while the gateway runs';
  if (days < 0) return [failure(subject, `it expired ${-days} days ago`, todo)];
  const findings: Finding[] = [];
  if (chain.checkHost(hostname) === undefined) {
    findings.push(failure(subject, `it is not for ${hostname}, the host of PUBLIC_URL`, 'get one for that name'));
  }
  if (days < SOON_DAYS) findings.push(warning(subject, `it expires in ${days} days`, todo));
  return findings.length > 0 ? findings : [ok(subject, `for ${hostname}, ${days} days more`)];
}
