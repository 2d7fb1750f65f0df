import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });

/** A certificate authority in a folder, made by `openssl`; files are `<name>.pem` and `<name>.key`. */
export class Authority {
  readonly #folder: string;
  readonly #name: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
    const files = ['-keyout', this.path('key'), '-out', this.path('pem')];
    openssl('req', '-x509', ...KEY, ...files, '-days', '2', '-subj', `/CN=${name}`);
  }

  path(ending: 'key' | 'pem', name = this.#name): string {
    return join(this.#folder, `${name}.${ending}`);
  }

  /** Issues a certificate for a host, or a client, of that name; it takes the place of one in the same files. */
  issue(file: string, host: string): void {
    const request = join(this.#folder, `${file}.csr`);
    const extensions = join(this.#folder, `${file}.ext`);
    writeFileSync(extensions, `subjectAltName=DNS:${host}\n`);
    openssl('req', ...KEY, '-keyout', this.path('key', file), '-out', request, '-subj', `/CN=${host}`);
    const by = ['-CA', this.path('pem'), '-CAkey', this.path('key'), '-CAcreateserial'];
    openssl(
      'x509',
      '-req',
      '-in',
      request,
      ...by,
      '-days',
      '2',
      '-extfile',
      extensions,
      '-out',
      this.path('pem', file),
    );
  }
}
