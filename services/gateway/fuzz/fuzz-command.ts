import { type Command, countField, defineCommand, option, repeated } from '@postern/runtime';
import { z } from 'zod';
import { type FuzzingOptions, ROLES } from './fuzzing.ts';

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'allow_header_conformance',
  'ignored_auth',
];

/**
 * Property-based tests of every operation, made by schemathesis from the description that the gateway serves: signed out, signed
 * in, and as administrator. `.ci/fuzz` installs schemathesis and starts this.
 *
 * @param fuzz runs it and returns how many runs have failed
 */
export function fuzzCommand(fuzz: (options: FuzzingOptions) => Promise<number>): Command {
  return defineCommand({
    name: 'run',
    summary: 'Tests the operations of the API with requests made from its description',
    about:
      'It fails on an answer of 5xx, one whose status, type, headers or body the description does not have, and on invalid requests that are accepted.',
    examples: ['run', 'run --role admin --operation login --examples 200 --seed 7'],
    json: false,
    input: {
      role: option(
        'ROLE',
        `who asks: ${ROLES.join(', ')} (default: each)`,
        z.enum(ROLES, `expected ${ROLES.join(', ')}`).optional(),
      ),
      operation: repeated('ID', 'an operation, more than once for several (default: all)'),
      examples: option('COUNT', 'requests made for each operation (default: 20)', countField.default(20)),
      seed: option('COUNT', 'makes the same requests again (default: 1)', countField.default(1)),
      checks: option('NAMES', 'checks of schemathesis, by comma', z.string().default(CHECKS.join())),
      schemathesis: option('PATH', 'the program', z.string().default('schemathesis')),
      validator: option(
        'PATH',
        'the program that validates the description',
        z.string().default('openapi-spec-validator'),
      ),
    },
    run: async (options) => ((await fuzz(options)) === 0 ? 0 : 1),
  });
}
