import { ConfigError } from '@postern/runtime';
import { z } from 'zod';

/** How access tokens for SMTP are had (RFC 6749): by client credentials (4.4), or by a refresh token (6) where there is one. */
export interface OauthSettings {
  tokenUrl: string;
  clientId: string;
  clientSecret: string | undefined;
  refreshToken: string | undefined;
  scope: string | undefined;
}

const tokenUrl = z
  .string()
  .refine(isSafe, 'expected https://… (http:// on this machine alone): the client secret is sent there')
  .describe('the token endpoint, such as https://login.microsoftonline.com/TENANT/oauth2/v2.0/token');

export const oauthEnv = {
  SMTP_OAUTH_TOKEN_URL: tokenUrl.optional(),
  SMTP_OAUTH_CLIENT_ID: z.string().optional(),
  SMTP_OAUTH_CLIENT_SECRET: z.string().optional(),
  SMTP_OAUTH_REFRESH_TOKEN: z.string().optional(),
  SMTP_OAUTH_SCOPE: z.string().optional(),
};

type OauthEnv = z.infer<z.ZodObject<typeof oauthEnv>>;

/**
 * @param urls of the providers; one that says `auth=oauth2` needs the settings, and without one they would be used by nobody
 * @throws ConfigError with what is missing, or meant for nobody
 */
export function readOauth(values: OauthEnv, urls: readonly (string | undefined)[]): OauthSettings | undefined {
  const wanted = urls.some((url) => url !== undefined && URL.parse(url)?.searchParams.get('auth') === 'oauth2');
  const given = Object.keys(oauthEnv).filter((name) => values[name as keyof OauthEnv] !== undefined);
  if (!wanted && given.length === 0) return undefined;
  if (!wanted) {
    throw new ConfigError([`${given.join(', ')}: no provider signs in with it; add ?auth=oauth2 to SMTP_URL`]);
  }
  const { SMTP_OAUTH_TOKEN_URL, SMTP_OAUTH_CLIENT_ID, SMTP_OAUTH_CLIENT_SECRET, SMTP_OAUTH_REFRESH_TOKEN } = values;
  const missing = [
    ...(SMTP_OAUTH_TOKEN_URL === undefined
      ? [`SMTP_OAUTH_TOKEN_URL is not set: expected ${tokenUrl.description}`]
      : []),
    ...(SMTP_OAUTH_CLIENT_ID === undefined
      ? ['SMTP_OAUTH_CLIENT_ID is not set: expected the id of the application']
      : []),
    ...(SMTP_OAUTH_CLIENT_SECRET === undefined && SMTP_OAUTH_REFRESH_TOKEN === undefined
      ? ['SMTP_OAUTH_CLIENT_SECRET is not set: it is needed where there is no SMTP_OAUTH_REFRESH_TOKEN']
      : []),
  ];
  if (missing.length > 0) throw new ConfigError(missing);
  return {
    tokenUrl: SMTP_OAUTH_TOKEN_URL as string,
    clientId: SMTP_OAUTH_CLIENT_ID as string,
    clientSecret: SMTP_OAUTH_CLIENT_SECRET,
    refreshToken: SMTP_OAUTH_REFRESH_TOKEN,
    scope: values.SMTP_OAUTH_SCOPE,
  };
}

function isSafe(text: string): boolean {
  const url = URL.parse(text);
  if (url?.username !== '' || url.password !== '' || url.hash !== '') return false;
  const here = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && here);
}
