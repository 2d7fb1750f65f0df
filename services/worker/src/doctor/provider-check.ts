import { type Check, errorMessage, type Finding, failure, ok, warning } from '@postern/runtime';
import { NoAccessTokenError } from '../mail/delivery/transports/access-tokens.ts';
import { type OpenTransportOptions, openTransport } from '../mail/delivery/transports/open-transport.ts';

/** A mail provider: reached, encrypted, signed in to. No mail is sent. */
export function providerCheck(
  variable: string,
  url: string,
  smtp: Pick<OpenTransportOptions, 'oauth' | 'ehloName'>,
): Check {
  return {
    subject: variable,
    run: async () => {
      const transport = openTransport(url, { name: 'doctor', variable, ...smtp });
      try {
        await transport.verify();
        return [ok(variable, 'reached, and it accepts us'), ...encryption(variable, url)];
      } catch (error) {
        return [
          failure(
            variable,
            errorMessage(error),
            remedy(error, variable, new URL(url).searchParams.get('auth') === 'oauth2'),
          ),
        ];
      } finally {
        await transport.close();
      }
    },
  };
}

function encryption(variable: string, url: string): Finding[] {
  const { hostname, searchParams } = new URL(url);
  if (searchParams.get('tls') !== 'off' || /^(localhost|127\.|\[::1\])/.test(hostname)) return [];
  const what = `mails and the links in them go to ${hostname} unencrypted`;
  return [warning(variable, what, 'leave out tls=off: STARTTLS is required then, or use smtps://')];
}

function remedy(error: unknown, variable: string, byToken: boolean): string {
  const { code } = error as { code?: unknown };
  if (error instanceof NoAccessTokenError) {
    return error.refused
      ? 'check that the SMTP_OAUTH_… variables are those of the application, and that its secret has not expired'
      : 'check that SMTP_OAUTH_TOKEN_URL is right, and reachable from here';
  }
  if (code === 'EAUTH' && byToken) {
    return `permit the application to send as the mailbox that ${variable} names (Microsoft 365: SMTP.SendAsApp, and the mailbox itself)`;
  }
  if (code === 'EAUTH') return `put the user and password that the provider gave you into ${variable}`;
  if (code === 'ETLS')
    return `use a server (or port) that offers STARTTLS with a valid certificate, or smtps://; one on this machine that has none is ${variable}=smtp://…?tls=off`;
  return `check that host and port of ${variable} are right and reachable from here (firewalls often close port 25)`;
}
