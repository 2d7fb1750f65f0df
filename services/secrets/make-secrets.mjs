// Makes the secrets of the local stack on its first start: random, in volumes, in no image and no repository. Each
// service gets a folder with its own only. At later starts it changes nothing; with `set NAME` it puts what it reads in the
// place of one secret, in each folder that has it. In production the same files come from
// the platform's secret store, mounted where the *_FILE variables of docker-compose.yml point.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [root = '/secrets', command, changed] = process.argv.slice(2);

/** Whole or not at all: half a secret would be there for ever. */
function write(file, value, mode) {
  // One that was left has a mode that keeps even its owner from writing.
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, value, { mode, flush: true });
  renameSync(`${file}.new`, file);
}

/** The value that was made first, or a new one: losing one of the services' volumes must not change a key. */
function once(name, make) {
  const file = join(root, 'made', name);
  if (!existsSync(file)) {
    mkdirSync(join(root, 'made'), { recursive: true });
    write(file, make(), 0o400);
    console.log(`made ${name}`);
  }
  return readFileSync(file, 'utf8');
}

const key = () => randomBytes(32).toString('base64');
const password = () => randomBytes(24).toString('base64url');
/** One of a ring (`key`, or `id:key,id2:key2`), as the services read it. */
const KEY = /^(?:[\w-]{1,20}:)?[\w+/-]{43}=?$/;
const isRing = (text) => text.split(',').every((part) => KEY.test(part.trim()));

const gatewayPassword = once('mysql_gateway_password', password);
const workerPassword = once('mysql_worker_password', password);
const gatewayOwnerPassword = once('mysql_gateway_owner_password', password);
const workerOwnerPassword = once('mysql_worker_owner_password', password);
// Before recipients had a key of their own they were hashed with the link key: the suppression list goes on counting.
const hashedByLinkKey = existsSync(join(root, 'made', 'link_key'));
const linkKey = once('link_key', key);
const recipientKey = once('recipient_key', hashedByLinkKey ? () => linkKey : key);
const gatewayEnvelopeKey = once('gateway_envelope_key', key);
const peerKey = once('peer_key', key);

const files = {
  // For `migrate`, which alone may change tables.
  'gateway-owner': { database_url: `mysql://gateway_owner:${gatewayOwnerPassword}@mysql:3306/gateway` },
  'worker-owner': { database_url: `mysql://worker_owner:${workerOwnerPassword}@mysql:3306/worker` },
  gateway: {
    database_url: `mysql://gateway:${gatewayPassword}@mysql:3306/gateway`,
    link_key: linkKey,
    gateway_envelope_key: gatewayEnvelopeKey,
    key_encryption_key: once('key_encryption_key', key),
    peer_key: peerKey,
  },
  worker: {
    database_url: `mysql://worker:${workerPassword}@mysql:3306/worker`,
    link_key: linkKey,
    gateway_envelope_key: gatewayEnvelopeKey,
    recipient_key: recipientKey,
    worker_envelope_key: once('worker_envelope_key', key),
    peer_key: peerKey,
  },
  mysql: {
    root_password: once('mysql_root_password', password),
    gateway_password: gatewayPassword,
    gateway_owner_password: gatewayOwnerPassword,
    worker_password: workerPassword,
    worker_owner_password: workerOwnerPassword,
  },
  grafana: { admin_password: once('grafana_admin_password', password) },
};

if (command === 'set') {
  const holders = Object.keys(files).filter((service) => Object.hasOwn(files[service], changed));
  const value = readFileSync(0, 'utf8').trim();
  if (!existsSync(join(root, 'made', String(changed))) || holders.length === 0 || !isRing(value)) {
    console.error('usage: set NAME, with a key or a ring of keys at standard input; NAME is a key that was made');
    process.exit(2);
  }
  // Workers would go on with the one that they have, and not start again.
  if (changed === 'recipient_key') {
    console.error('recipient_key is not rotated: workers refuse another one than their database knows recipients by');
    process.exit(2);
  }
  write(join(root, 'made', changed), value, 0o400);
  for (const service of holders) write(join(root, service, changed), value, 0o444);
  console.log(`set ${changed} for ${holders.join(' and ')}`);
  process.exit(0);
}

for (const [service, secrets] of Object.entries(files)) {
  mkdirSync(join(root, service), { recursive: true });
  for (const [name, value] of Object.entries(secrets)) {
    const file = join(root, service, name);
    // Readable for all in the volume, as each image has a user of its own; only that service mounts it.
    if (!existsSync(file)) write(file, value, 0o444);
  }
}
