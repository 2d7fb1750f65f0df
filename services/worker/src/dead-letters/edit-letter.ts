import { createHash } from 'node:crypto';
import {
  EnvelopeReader,
  findDefinition,
  type MessageDefinition,
  parseEnvelope,
  readData,
  redactBody,
  signEnvelope,
  type WriterKeys,
} from '@postern/events';
import { type DeadLetter, FRAME_ENCODING } from '@postern/sqs';

/** What was given cannot be sent; the message says what to do. */
export class LetterEditError extends Error {
  override name = 'LetterEditError';
}

/** A letter's data as an operator corrects it: texts that say whom it is about are shown as `(hidden: 15 characters)`. */
export function editableData(letter: DeadLetter, catalog: readonly MessageDefinition[]): string {
  const { data = null } = JSON.parse(redactBody(checkEditable(letter, catalog).text, catalog)) as {
    data?: unknown;
  };
  return JSON.stringify(data, null, 2);
}

/** By what a corrected letter is checked and signed. */
export interface EditRules {
  keys: WriterKeys;
  /** Every message that this release knows. */
  catalog: readonly MessageDefinition[];
}

interface EditedLetter {
  body: string;
  /** Which fields are other ones, such as `data.email`; their values are nobody's affair. */
  changed: string[];
  beforeSha256: string;
  afterSha256: string;
}

/**
 * The letter's body with its data as it was corrected: what is still hidden stays as it is. It keeps its id, so that listeners which had
 * succeeded with it do not run again, and is signed anew in its writer's name.
 *
 * @throws LetterEditError for what is not JSON, breaks the schema of its type and version, cannot be signed, or changes nothing
 */
export function editLetter(letter: DeadLetter, edited: string, { keys, catalog }: EditRules, now: Date): EditedLetter {
  const { envelope, definition, text } = checkEditable(letter, catalog);
  let given: unknown;
  try {
    given = JSON.parse(edited);
  } catch (error) {
    throw new LetterEditError(`This is not JSON: ${withoutExcerpt((error as Error).message)}.`, { cause: error });
  }
  checkGenuine(letter, keys);
  const shown: unknown = JSON.parse(editableData(letter, catalog));
  const changed: string[] = [];
  const data = restore(given, shown, envelope.data, 'data', changed);
  if (changed.length === 0) throw new LetterEditError('Nothing was changed: to send it as it is, send it back.');
  const body = withData(text, data);
  try {
    readData(definition, envelope.dataversion, data);
    const signed = signEnvelope(keys, body, now);
    return { body: signed, changed, beforeSha256: digest(letter.body), afterSha256: digest(signed) };
  } catch (error) {
    throw new LetterEditError(`It cannot be sent like this: ${(error as Error).message}.`, { cause: error });
  }
}

/** What an editor can be shown of a letter, or why there is none. @throws LetterEditError */
function checkEditable({ id, encoding, body, messages }: DeadLetter, catalog: readonly MessageDefinition[]) {
  if (encoding === FRAME_ENCODING) {
    throw new LetterEditError(`${id} is a frame of ${messages} messages: send it back, then edit what comes back.`);
  }
  let parsed: ReturnType<typeof parseEnvelope>;
  try {
    parsed = parseEnvelope(body);
  } catch (error) {
    throw new LetterEditError(`It is not one of our messages: ${(error as Error).message}.`, { cause: error });
  }
  const { envelope } = parsed;
  const definition = findDefinition(catalog, envelope.type, envelope.dataversion);
  if (!definition) {
    throw new LetterEditError(
      `This release does not know ${envelope.type} in version ${envelope.dataversion}: nothing could check what you change. Send it back after the update.`,
    );
  }
  return { envelope, definition, text: body };
}

/** Signing it anew would make a stranger's message one of ours, in the name of an operator who has seen half of it. */
function checkGenuine({ id, body, queue }: DeadLetter, keys: WriterKeys): void {
  try {
    new EnvelopeReader([], keys).verify(body);
  } catch (error) {
    throw new LetterEditError(
      `It is not as its writer has signed it (${(error as Error).message}). If you know that it is genuine: worker dead-letters edit ${queue} ${id}.`,
      { cause: error },
    );
  }
}

/** What was hidden and is still there comes back from the original; what is another value is named in `changed`. */
function restore(given: unknown, shown: unknown, original: unknown, path: string, changed: string[]): unknown {
  if (isRecord(given) && isRecord(shown) && isRecord(original)) {
    // A name that is hidden itself has no place in the form: those fields come back as they were.
    const kept = Object.entries(original).filter(([name]) => !Object.hasOwn(shown, name));
    const names = new Set([...Object.keys(given), ...Object.keys(shown)]);
    const entries = [...names]
      .filter((name) => !name.startsWith('(hidden name'))
      .flatMap((name): [string, unknown][] => {
        const place = `${path}.${name}`;
        if (!Object.hasOwn(given, name)) {
          changed.push(place);
          return [];
        }
        return [[name, restore(given[name], shown[name], original[name], place, changed)]];
      });
    return Object.fromEntries([...kept, ...entries]);
  }
  if (Array.isArray(given) && Array.isArray(shown) && Array.isArray(original) && given.length === shown.length) {
    return given.map((item, index) => restore(item, shown[index], original[index], `${path}.${index}`, changed));
  }
  if (JSON.stringify(given) === JSON.stringify(shown)) return original;
  if (JSON.stringify(given)?.includes('"(hidden: ')) {
    throw new LetterEditError(`${path}: a hidden text stays where it is; write what is to be there instead.`);
  }
  changed.push(path);
  return given;
}

/** The parser quotes what is around a fault, which may be somebody's address; the message goes into the audit. */
function withoutExcerpt(message: string): string {
  return message.replace(/, (?:\.\.\.)?".*$/s, '');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withData(body: string, data: unknown): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), data });
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
