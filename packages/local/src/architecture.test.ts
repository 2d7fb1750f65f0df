import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

/** What each part may import of ours: the arrows of the design, which point one way. `sqs/ports` is that entry point alone: no AWS. */
const ARROWS: Record<string, readonly string[]> = {
  'packages/client': [],
  'packages/events': [],
  'packages/locales': [],
  'packages/runtime': [],
  'packages/sqs': ['runtime'],
  'packages/durable': ['sqs/ports', 'runtime'],
  'packages/local': ['durable', 'events', 'runtime', 'runtime/light', 'sqs'],
  'packages/proof': ['events', 'local/testing', 'runtime', 'runtime/testing', 'sqs'],
  'services/gateway': ['durable', 'events', 'locales', 'runtime', 'sqs'],
  'services/worker': ['durable', 'events', 'locales', 'runtime', 'sqs'],
};
const MAX_LINES = 300;

/**
 * The rooms of a folder, the ground first: each may import those before it. Files beside the rooms are the room `.`; where that is not in
 * the list they are what puts the rooms together (main.ts, container.ts) or what all of them share, and are passed over.
 */
const ROOMS: Record<string, readonly string[]> = {
  'services/gateway/src': ['outbox', 'http', 'pages', 'accounts', 'mail-feedback', 'unsubscribe', 'doctor', 'commands'],
  'services/gateway/src/accounts': [
    ...['users', 'audit', '.', 'tokens', 'links', 'guessing', 'factors', 'roles', 'sessions', 'passwords'],
    ...['sign-ups', 'registration', 'verification', 'recovery', 'profile', 'email-change', 'sign-in'],
    ...['two-factor', 'administration', 'privacy'],
  ],
  'services/worker/src': [
    ...['history', 'policies', 'operators', 'pauses', 'messages', 'mail', 'dead-letters', 'jobs', 'listeners'],
    ...['schedules', 'peer', 'doctor', 'console', 'commands'],
  ],
  'services/worker/src/mail': ['content', 'delivery'],
  'services/worker/src/mail/delivery': ['transports', 'ledger', 'suppression', '.', 'provider-events'],
  'packages/sqs/src': ['retry', 'client', 'frames', 'tracing', 'sender', 'dead-letters', 'consumer', '.'],
  'packages/durable/src': [
    ...['.', 'sql', 'inbox', 'outbox', 'jobs', 'replicas', 'schedules', 'trace', 'waits', 'peer', 'status'],
  ],
  'packages/runtime/src': [
    ...['.', 'text', 'time', 'tracing', 'http', 'configuration', 'logging', 'telemetry', 'ops', 'database', 'service'],
    ...['command-line', 'doctor'],
  ],
};

/** A method of a formatted class, with its body. */
const METHOD =
  /^ {2}(?!constructor)(?:async |override |\*)*#?\w+[<(](?:.*|.*\n(?: {4}.*\n)*? {2}\).*)\{\n((?: {4}.*\n|\n)*) {2}\}/gm;

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '');
const sources = tracked.filter((file) => /^(packages|services)\/.*\.ts$/.test(file) && !file.includes('/generated/'));
const shipped = sources.filter((file) => /\/(src|migrations)\//.test(file) && !file.endsWith('.test.ts'));

function partOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] as string);
}

describe('the architecture', () => {
  it('lets dependencies between parts point one way', () => {
    const wrong = shipped.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('@postern/'))
        .map((name) => name.slice('@postern/'.length))
        // What tests share may use what other parts have for tests.
        .map((name) => (file.includes('/testing/') ? name.replace(/\/testing$/, '') : name))
        .filter((name) => !ARROWS[partOf(file)]?.includes(name) && `packages/${name}` !== partOf(file))
        .map((name) => `${file} -> @postern/${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('reaches into no other part by a relative path', () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => relative(root, resolve(root, dirname(file), name)))
        .filter((target) => partOf(target) !== partOf(file))
        .map((target) => `${file} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries(ROOMS))('lets the arrows between the rooms of %s only go down', (folder, order) => {
    const roomOf = (file: string) =>
      dirname(file) === folder ? '.' : (relative(folder, file).split('/')[0] as string);
    const passedOver = (file: string) => roomOf(file) === '.' && !order.includes('.');
    const rooms = shipped.filter(
      (file) =>
        file.startsWith(`${folder}/`) &&
        file !== `${folder}/index.ts` &&
        !/\/testing\/|\/(memory|fake)-/.test(file) &&
        !passedOver(file),
    );
    // What a product adds to a service is a room of its own, above all of these.
    const rank = (room: string) => (order.includes(room) ? order.indexOf(room) : order.length);
    const unknown = rooms.map(roomOf).filter((room) => !order.includes(room));
    expect(/^services\/\w+\/src$/.test(folder) ? [] : unknown).toEqual([]);
    const up = rooms.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => relative(root, resolve(root, dirname(file), name)))
        .filter((target) => target.startsWith(`${folder}/`) && !passedOver(target))
        .filter((target) => rank(roomOf(target)) > rank(roomOf(file)))
        .map((target) => `${file} -> ${target}`),
    );
    expect(up).toEqual([]);
  });

  it('lets main.ts, tests and benchmarks alone import a composition root', () => {
    const importers = sources.filter((file) => importsOf(file).some((name) => /\/container\.ts$/.test(name)));
    expect(importers.filter((file) => !/\/src\/main\.ts$|\.test\.ts$|\/(test|bench)\//.test(file))).toEqual([]);
  });

  it('asks the container for instances in main.ts alone', () => {
    const askers = shipped.filter((file) => /\bcontainer\.get(Async)?\(/.test(readFileSync(join(root, file), 'utf8')));
    expect(askers.filter((file) => !/\/src\/main\.ts$/.test(file))).toEqual([]);
  });

  it('has no class that only forwards for its one caller', () => {
    const texts = shipped.map((file) => [file, readFileSync(join(root, file), 'utf8')] as const);
    const forwarders = texts.flatMap(([file, text]) =>
      [...text.matchAll(/^(?:export )?class (\w+) \{\n(.*?)^\}/gms)]
        .filter(([, , body = '']) => {
          const methods = [...body.matchAll(METHOD)].map(([, code = '']) => code);
          return (
            methods.length > 0 &&
            methods.every((code) => /^\s*(return )?(await )?this\.#\w+\.\w+\([^;]*\);\s*$/.test(code))
          );
        })
        .map(([, name = '']) => ({ file, name })),
    );
    const callersOf = ({ file, name }: { file: string; name: string }) =>
      texts.filter(
        ([it, text]) =>
          it !== file && !/(\.module|container|index)\.ts$/.test(it) && new RegExp(`\\b${name}\\b`).test(text),
      );
    expect(forwarders.filter((it) => callersOf(it).length <= 1)).toEqual([]);
  });

  it(`has no file of more than ${MAX_LINES} lines`, () => {
    const long = sources.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > MAX_LINES + 1);
    expect(long).toEqual([]);
  });

  it('has no package that is a drawer', () => {
    const names = new Set(shipped.flatMap((file) => dirname(file).split('/')));
    expect(['common', 'utils', 'helpers', 'shared', 'types'].filter((name) => names.has(name))).toEqual([]);
  });
});
