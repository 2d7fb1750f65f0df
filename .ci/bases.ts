/**
 * Whether the newest release is built on base images without known holes, as far as can be told without a registry: whether Node.js has had
 * no security release since, and whether it is younger than a month, in which Debian's fixes gather. Dependabot raises neither: the tags of the
 * bases are no versions. Prints what is wrong, and exits with 1.
 *
 * curl -fsS https://nodejs.org/dist/index.json | node .ci/bases.ts TIME_OF_RELEASE
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const MONTH_MS = 31 * 86_400_000;

const released = new Date(process.argv[2] || '');
if (Number.isNaN(released.getTime())) {
  console.error('Expected the time of the newest release, as git prints that of a tag.');
  process.exit(2);
}
const releases = JSON.parse(await text(process.stdin)) as { version: string; date: string; security: boolean }[];
const dockerfiles = ['gateway', 'worker'].map((service) =>
  readFileSync(join(import.meta.dirname, `../services/${service}/Dockerfile`), 'utf8'),
);
const majors = new Set([...dockerfiles.join('\n').matchAll(/^FROM \S*node(?:js|:)(\d+)/gm)].map(([, major]) => major));
// A date is a day: what came out on that of the release is taken for later.
const day = released.toISOString().slice(0, 10);
const faults = releases
  .filter(({ version, date, security }) => security && date >= day && majors.has(/^v(\d+)\./.exec(version)?.[1]))
  .map(({ version, date }) => `Node.js ${version} of ${date} closes holes, and the newest release is of ${day}.`);
if (Date.now() - released.getTime() > MONTH_MS)
  faults.push(`The newest release is of ${day}: its base images have none of Debian's fixes of the last month.`);
for (const fault of faults) console.log(fault);
if (faults.length > 0) console.log('A release builds on the newest bases: push a tag.');
process.exit(faults.length > 0 ? 1 : 0);
