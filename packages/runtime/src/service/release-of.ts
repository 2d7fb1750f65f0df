/** What a process says it is: the release that its image was built for, or the version of the sources where none was named. */
export function releaseOf(manifest: { version: string }, env: NodeJS.ProcessEnv = process.env): string {
  return env.SERVICE_RELEASE?.trim() || manifest.version;
}
