import { createHmac, hash } from 'node:crypto';

export interface SigningCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** What a request of the JSON protocol is signed over. */
export interface SignedParts {
  host: string;
  path: string;
  target: string;
  body: string;
  date: Date;
}

export const JSON_CONTENT_TYPE = 'application/x-amz-json-1.0';
const SERVICE = 'sqs';
const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Signs requests to SQS by Signature Version 4 (AWS, "Create a signed AWS API request"). The key of a day is derived once.
 */
export class SigV4 {
  readonly #region: string;
  #key: { day: string; secret: string; value: Buffer } | undefined;

  constructor(region: string) {
    this.#region = region;
  }

  /** The headers of the request, its signature among them. */
  headers({ host, path, target, body, date }: SignedParts, credentials: SigningCredentials): Record<string, string> {
    const time = date.toISOString().replace(/[-:]|\.\d{3}/g, '');
    const day = time.slice(0, 8);
    const bodyHash = hash('sha256', body);
    const headers: Record<string, string> = {
      'content-type': JSON_CONTENT_TYPE,
      host,
      'x-amz-content-sha256': bodyHash,
      'x-amz-date': time,
      ...(credentials.sessionToken ? { 'x-amz-security-token': credentials.sessionToken } : {}),
      'x-amz-target': target,
    };
    // They are written in alphabetical order, which is the order they are signed in.
    const names = Object.keys(headers).join(';');
    let canonical = `POST\n${path}\n\n`;
    for (const name in headers) canonical += `${name}:${headers[name]}\n`;
    canonical += `\n${names}\n${bodyHash}`;
    const scope = `${day}/${this.#region}/${SERVICE}/aws4_request`;
    const toSign = `${ALGORITHM}\n${time}\n${scope}\n${hash('sha256', canonical)}`;
    const signature = createHmac('sha256', this.#keyOf(day, credentials.secretAccessKey)).update(toSign).digest('hex');
    headers.authorization = `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return headers;
  }

  #keyOf(day: string, secret: string): Buffer {
    if (this.#key?.day !== day || this.#key.secret !== secret) {
      const sign = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
      const value = [day, this.#region, SERVICE, 'aws4_request'].reduce<string | Buffer>(
        sign,
        `AWS4${secret}`,
      ) as Buffer;
      this.#key = { day, secret, value };
    }
    return this.#key.value;
  }
}
