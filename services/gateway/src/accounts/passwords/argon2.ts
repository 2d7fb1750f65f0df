import { hashRaw } from '@node-rs/argon2';

/** argon2id's costs (RFC 9106, 3.1): memory in KiB, passes, lanes. The settings are in `accounts/config.ts`. */
export interface Argon2Cost {
  memory: number;
  passes: number;
  parallelism: number;
}

interface ParsedHash extends Argon2Cost {
  salt: Buffer;
  tag: Buffer;
}

/** The package's names for argon2id and for version 1.3 (`v=19`); its enums do not exist at run time. */
const ARGON2ID = 2;
const VERSION_19 = 1;

/** RFC 9106, 4: 16 bytes of salt and 32 of tag. */
export const SALT_BYTES = 16;
export const TAG_BYTES = 32;

/** Runs on libuv's threads, never on the event loop (docs/decisions/password-hashing.md). */
export function argon2id(
  password: string,
  salt: Uint8Array,
  { memory, passes, parallelism }: Argon2Cost,
  tagLength = TAG_BYTES,
): Promise<Buffer> {
  return hashRaw(password, {
    algorithm: ARGON2ID,
    version: VERSION_19,
    memoryCost: memory,
    timeCost: passes,
    parallelism,
    outputLen: tagLength,
    salt,
  });
}

/** `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`: the PHC string format, which other systems read too. */
export function formatHash({ memory, passes, parallelism, salt, tag }: ParsedHash): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

const PHC =
  /^\$argon2id\$v=19\$m=(?<memory>\d+),t=(?<passes>\d+),p=(?<lanes>\d+)\$(?<salt>[A-Za-z0-9+/]+)\$(?<tag>[A-Za-z0-9+/]+)$/;

/** @throws when the text is not an argon2id hash: a corrupt row must not look like a wrong password */
export function parseHash(text: string): ParsedHash {
  const { memory, passes, lanes, salt, tag } = PHC.exec(text)?.groups ?? {};
  if (!salt || !tag) throw new Error('a stored password hash is not an argon2id PHC string');
  return {
    ...{ memory: Number(memory), passes: Number(passes), parallelism: Number(lanes) },
    ...{ salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') },
  };
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
