import { stat } from 'node:fs/promises';
import { SecretRing } from '../configuration/secret-ring.ts';
import { type Check, type Finding, ok, warning } from './finding.ts';

const DAY_MS = 86_400_000;
const OLD_DAYS = 400;
/** Read or written by everybody on the machine. */
const EVERYBODY = 0o006;

/**
 * The rings of a configuration and the files that secrets come from.
 *
 * @param secrets names of the variables that hold secrets and may come from files
 */
export function secretsCheck(
  config: object,
  secrets: readonly string[],
  env: Record<string, string | undefined> = process.env,
): Check {
  const rings = Object.entries(config).filter((entry): entry is [string, SecretRing] => entry[1] instanceof SecretRing);
  return {
    subject: 'secrets',
    run: async () => {
      const files = await Promise.all(secrets.map((name) => file(name, env[`${name}_FILE`])));
      return [...rings.map(([name, ring]) => describe(name, ring)), ...twins(rings), ...files.flat()];
    },
  };
}

function describe(name: string, { all, writing }: SecretRing): Finding {
  const others = all.slice(1).map(({ id }) => id);
  if (others.length === 0) return ok(name, `one key, ${writing.id}`);
  return ok(name, `${writing.id} writes, also accepted: ${others.join(', ')} (leave out what nothing uses any more)`);
}

/** Two uses of one key: whoever gets hold of the one has the other. */
function twins(rings: readonly [string, SecretRing][]): Finding[] {
  return rings.flatMap(([name, { all }], index) =>
    rings
      .slice(index + 1)
      .filter(([, other]) => other.all.some(({ bytes }) => all.some((key) => key.bytes.equals(bytes))))
      .map(([other]) =>
        warning(name, `it has a key of ${other}`, 'give each a key of its own (docs/rotating-secrets.md)'),
      ),
  );
}

async function file(name: string, path: string | undefined): Promise<Finding[]> {
  if (path === undefined || path === '') return [];
  // One that cannot be read is an error of the configuration, reported there.
  const found = await stat(path).catch(() => undefined);
  if (!found) return [];
  const findings: Finding[] = [];
  if ((found.mode & EVERYBODY) !== 0) {
    findings.push(warning(`${name}_FILE`, 'everybody on this machine can read it', `chmod 0440 ${path}`));
  }
  const days = Math.floor((Date.now() - found.mtimeMs) / DAY_MS);
  if (days > OLD_DAYS) {
    findings.push(warning(`${name}_FILE`, `it is ${days} days old`, 'rotate it (docs/rotating-secrets.md)'));
  }
  return findings;
}
