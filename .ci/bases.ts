/**
 * Whether an image has holes that another build of it would close: whether Node.js has had a security release after the version that it runs,
 * and whether it was built more than a month ago, in which Debian's fixes gather. It is asked of what is in the image: distroless has a version
 * of Node.js days or weeks after it came out, so that the age of a tag says nothing. Prints what is wrong, and exits with 1; with 2 where
 * that cannot be told.
 *
 * curl -fsS https://nodejs.org/dist/index.json | node .ci/bases.ts VERSION_OF_NODE TIME_OF_BUILD
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const MONTH_MS = 31 * 86_400_000;

interface Release {
  version: string;
  date: string;
  security: boolean;
}

const [version = '', created = ''] = process.argv.slice(2);
const running = numbersOf(version);
if (!running) cannotTell(`"${version}" is no version of Node.js.`);
const [major, minor, patch] = running;
const built = /^\d{4}-\d\d-\d\dT/.test(created) ? Date.parse(created) : Number.NaN;
if (Number.isNaN(built)) cannotTell(`"${created}" is no time of an image.`);

const faults: string[] = [];
let known = false;
for (const release of readIndex(await text(process.stdin))) {
  const [ofMajor, ofMinor = 0, ofPatch = 0] = numbersOf(release.version) ?? [];
  if (ofMajor !== major) continue;
  known = true;
  const later = ofMinor > minor || (ofMinor === minor && ofPatch > patch);
  if (later && release.security)
    faults.push(`Node.js ${release.version} of ${release.date} closes holes, and the image runs ${version}.`);
}
if (!known) cannotTell(`Node.js's index has no release ${major}.`);
const wanted =
  faults.length > 0 ? `when its base has such a version (docker run --rm --pull always ${base()} --version)` : 'now';
if (Date.now() - built > MONTH_MS)
  faults.push(`The image was built on ${created.slice(0, 10)}: it has none of Debian's fixes of the last month.`);
for (const fault of faults) console.log(fault);
if (faults.length > 0) console.log(`A release is built on the base images of its day: push a tag ${wanted}.`);
process.exit(faults.length > 0 ? 1 : 0);

function numbersOf(name: string): [number, number, number] | undefined {
  const found = /^v(\d+)\.(\d+)\.(\d+)$/.exec(name);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : undefined;
}

function readIndex(json: string): Release[] {
  try {
    const index: unknown = JSON.parse(json);
    if (Array.isArray(index) && index.every(isRelease)) return index;
  } catch (error) {
    cannotTell(`Node.js's index is no JSON (${json.length} characters): ${(error as Error).message}`);
  }
  cannotTell("Node.js's index has another form.");
}

function isRelease(entry: unknown): entry is Release {
  const { version, date, security } = (entry ?? {}) as Record<string, unknown>;
  return typeof version === 'string' && typeof date === 'string' && typeof security === 'boolean';
}

/** What images are made of: the last stage of their Dockerfiles. */
function base(): string {
  const dockerfile = readFileSync(join(import.meta.dirname, '../services/gateway/Dockerfile'), 'utf8');
  return [...dockerfile.matchAll(/^FROM (\S+)/gm)].at(-1)?.[1] ?? 'BASE';
}

function cannotTell(why: string): never {
  console.error(`Whether the image has known holes cannot be told. ${why}`);
  process.exit(2);
}
