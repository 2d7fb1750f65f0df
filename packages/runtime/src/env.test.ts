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

function fileWith(content: string): string {
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

  it('takes an empty variable for an absent one', () => {
    expect(problemsOf({ SECRET: '', REGION: 'eu' })).toEqual([
      'SECRET is not set: expected a secret of at least 8 characters',
    ]);
  });

  it('reads a value from the file that NAME_FILE names, without its last line end', () => {
    expect(readEnv(shape, { SECRET_FILE: fileWith('from a file\n'), REGION: 'eu' }).SECRET).toBe('from a file');
  });

  it('says which file could not be read', () => {
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
