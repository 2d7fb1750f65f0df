import { DeadLetterError } from './dead-letters.ts';

/**
 * A JSON body with one value set: `data.email=new@example.com`. The value is JSON where it parses as such, text otherwise;
 * the way to it must exist, so that a mistyped name is an error and not a new field.
 *
 * @throws DeadLetterError when the body is not JSON, or the path leads nowhere
 */
export function setInBody(body: string, assignment: string): string {
  const at = assignment.indexOf('=');
  if (at < 1)
    throw new DeadLetterError(`"${assignment}" is not of the form path=value, such as data.email=a@b.example`);
  const path = assignment.slice(0, at).split('.');
  const value = parse(assignment.slice(at + 1));
  let root: unknown;
  try {
    root = JSON.parse(body);
  } catch (error) {
    throw new DeadLetterError('the body is not JSON: replace it as a whole with --body-file', { cause: error });
  }
  const last = path.pop() as string;
  let target = root;
  for (const part of path) target = child(target, part, assignment);
  child(target, last, assignment);
  (target as Record<string, unknown>)[last] = value;
  return JSON.stringify(root);
}

function child(parent: unknown, name: string, assignment: string): unknown {
  if (typeof parent === 'object' && parent !== null && Object.hasOwn(parent, name)) {
    return (parent as Record<string, unknown>)[name];
  }
  const known = typeof parent === 'object' && parent !== null ? Object.keys(parent).join(', ') : 'no fields';
  throw new DeadLetterError(`"${assignment}": unknown field "${name}"; expected one of: ${known}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Text without quotes is what an operator types for a string.
    return text;
  }
}
