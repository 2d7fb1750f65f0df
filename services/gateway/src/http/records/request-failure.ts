import { errorPlaces, knownWords } from '@postern/runtime';
import { type FieldFault, MADE_UP, type ProblemError } from '../problem.ts';

/** Why a request was not answered with a success. */
export interface RequestFailure {
  /** What the client was told. */
  problem: ProblemError;
  /** What was thrown. */
  error: unknown;
}

/**
 * In words that may be kept: the kind of problem, the fields that were wrong, and of an error of ours what it is and where it was thrown. What it
 * says is in the log, as it may quote what somebody sent, unless it is known to quote nothing; and a name that was sent may be anything. At most
 * `max` characters.
 */
export function failureText({ problem, error }: RequestFailure, max: number): string {
  const { type, status, errors = [] } = problem;
  const fields = [...new Set(errors.map(nameOf))].filter((name) => name !== '');
  const thrown = status >= 500 && error !== problem ? ` (${thrownText(error)})` : '';
  return `${type}${fields.length === 0 ? '' : `: ${fields.join(', ')}`}${thrown}`.slice(0, max);
}

function nameOf({ pointer, parameter, [MADE_UP]: madeUp }: FieldFault): string {
  return madeUp && pointer !== '' ? 'a name that was sent' : (pointer ?? parameter ?? '');
}

function thrownText(error: unknown): string {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  const what = [typeof name === 'string' ? name : 'no error', ...(typeof code === 'string' ? [code] : [])].join(' ');
  const [words, places] = [knownWords(error), errorPlaces(error)];
  return `${what}${words === undefined ? '' : `: ${words}`}${places.length === 0 ? '' : ` at ${places.join(' < ')}`}`;
}
