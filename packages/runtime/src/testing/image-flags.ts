import { readFileSync } from 'node:fs';

/** The arguments of Node.js itself with which an image runs its service, by the ENTRYPOINT of its Dockerfile. */
export function imageFlags(dockerfile: string): string[] {
  const [, entrypoint] = /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync(dockerfile, 'utf8')) ?? [];
  if (entrypoint === undefined) throw new Error(`${dockerfile} has no ENTRYPOINT`);
  const [, ...args] = JSON.parse(entrypoint) as string[];
  return args.filter((arg) => arg.startsWith('--'));
}
