/** What of this process's environment another one needs to start, and nothing that is a setting of Postern or of the AWS SDK. */
const NEEDED = ['PATH', 'HOME', 'NODE_COMPILE_CACHE'];

/** The environment for a service that a test starts as a process, before the test's own settings. */
export function bareEnvironment(): Record<string, string> {
  return Object.fromEntries(NEEDED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
