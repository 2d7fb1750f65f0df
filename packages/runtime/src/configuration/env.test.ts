import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, readEnv } from './env.ts';

const shape = {
  PORT: z.coerce.number({ error: 'expected a port number' }).int().default(3000),
  SECRET: z.string().min(8, 'expected at least 8 characters').describe('a secret of at least 8 characters'),
  REGION: z.string().describe('an AWS region'),
};

function problemsOf(env: Record<string, string>): string[] {
  try {
    readEnv(shape, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

function pipe(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'postern-env-')), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

function fileWith(content: string | Buffer): string {
  const path = join(mkdtempSync(join(tmpdir(), 'postern-env-')), 'value');
  writeFileSync(path, content);
  return path;
}

describe('readEnv', () => {
  it('reads, converts and fills in defaults', () => {
    expect(readEnv(shape, { SECRET: 'long enough', REGION: 'eu' })).toEqual({
      PORT: 3000,
      SECRET: 'long enough',
      REGION: 'eu',
    });
  });

  it('reports all configuration errors together, each with what was expected', () => {
    expect(problemsOf({ PORT: 'x', SECRET: 'short' })).toEqual([
      'PORT: expected a port number',
      'SECRET: expected at least 8 characters',
      'REGION is not set: expected an AWS region',
    ]);
  });

  it('treats an empty variable as an absent one', () => {
    expect(problemsOf({ SECRET: '', REGION: 'eu' })).toEqual([
      'SECRET is not set: expected a secret of at least 8 characters',
    ]);
  });

  it('reads a value from the file that NAME_FILE names, without its last line end', () => {
    expect(readEnv(shape, { SECRET_FILE: fileWith('from a file\n'), REGION: 'eu' }).SECRET).toBe('from a file');
  });

  it('treats white space as nothing: around a value, and for a value', () => {
    expect(readEnv(shape, { SECRET: ' long enough\n', REGION: 'eu', PORT: ' ' })).toMatchObject({
      SECRET: 'long enough',
      PORT: 3000,
    });
    expect(problemsOf({ SECRET: '  ', REGION: '\t' })).toEqual([
      'SECRET is not set: expected a secret of at least 8 characters',
      'REGION is not set: expected an AWS region',
    ]);
  });

  it('hints at quotation marks that nobody has taken off a value', () => {
    expect(problemsOf({ SECRET: '"short"', REGION: 'eu' })).toEqual([
      'SECRET: expected at least 8 characters; the quotation marks around it are part of the value',
    ]);
  });

  it('reads a file as editors on Windows leave it, with a byte order mark and its line ends', () => {
    expect(readEnv(shape, { SECRET_FILE: fileWith('\uFEFFfrom a file\r\n\r\n'), REGION: 'eu' }).SECRET).toBe(
      'from a file',
    );
  });

  it.each([
    ['a directory', () => tmpdir(), /is a directory/],
    ['a device without an end', () => '/dev/zero', /is not a regular file/],
    ['a pipe that nobody writes to', pipe, /is not a regular file/],
    ['an empty file', () => fileWith('\n'), /is empty/],
    ['a large file', () => fileWith('x'.repeat(70_000)), /longer than 65536 bytes/],
    ['UTF-16', () => fileWith(Buffer.from('\uFEFFsecret', 'utf16le')), /is not text in UTF-8/],
    ['UTF-16 without its mark', () => fileWith(Buffer.from('secret', 'utf16le')), /is not text in UTF-8/],
  ])('refuses %s as a value, at once and without a word of it', (_what, path, problem) => {
    const problems = problemsOf({ SECRET_FILE: path(), REGION: 'eu' });
    expect(problems).toEqual([expect.stringMatching(/^SECRET_FILE cannot be read: /)]);
    expect(problems[0]).toMatch(problem);
    expect(problems[0]).not.toContain('secret');
  });

  it('reports which file could not be read', () => {
    expect(problemsOf({ SECRET_FILE: '/no/such/file', REGION: 'eu' })).toEqual([
      expect.stringMatching(/^SECRET_FILE cannot be read: ENOENT/),
    ]);
  });

  it('refuses a variable that is given both ways', () => {
    const env = { SECRET: 'long enough', SECRET_FILE: fileWith('x'), REGION: 'eu' };
    expect(problemsOf(env)).toEqual(['SECRET and SECRET_FILE are both set: set one of them']);
  });

  it('never repeats a value in a problem', () => {
    expect(problemsOf({ SECRET: 'hunter2', REGION: 'eu' }).join()).not.toContain('hunter2');
  });
});
