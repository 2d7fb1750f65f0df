import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Server programs are here on Debian, and a person's PATH does not lead there. */
const extraFolders = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin', '/usr/local/bin'];

/** The full path of the first of these programs that PATH, or a usual folder, has. */
export function findExecutable(
  names: readonly string[],
  env: NodeJS.ProcessEnv,
  more: readonly string[] = [],
): string | undefined {
  const folders = [...(env.PATH ?? '').split(delimiter).filter(Boolean), ...extraFolders, ...more];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Chromium or Chrome: CHROMIUM_PATH, or one of its usual names. */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  if (env.CHROMIUM_PATH) return isExecutable(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : undefined;
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  return findExecutable(names, env) ?? (isExecutable(mac) ? mac : undefined);
}

/** k6: K6_PATH, PATH, or where `go install` puts it. */
export function findK6(env: NodeJS.ProcessEnv): string | undefined {
  if (env.K6_PATH) return isExecutable(env.K6_PATH) ? env.K6_PATH : undefined;
  const go = [env.GOBIN, env.GOPATH && join(env.GOPATH, 'bin'), join(env.HOME ?? homedir(), 'go/bin')];
  return findExecutable(
    ['k6'],
    env,
    go.filter((it): it is string => Boolean(it)),
  );
}

/** The command that would install a Debian package, or its Homebrew counterpart on a Mac. */
export function installCommand(debian: string, homebrew: string): string {
  return process.platform === 'darwin' ? `brew install ${homebrew}` : `sudo apt-get install ${debian}`;
}

/** k6 has no Debian package; Go builds it in two minutes. */
export function k6InstallCommand(): string {
  return process.platform === 'darwin' ? 'brew install k6' : 'go install go.k6.io/k6@latest';
}
