/** A name as code and schemas have it: no address, no text. */
const NAME = '[\\w$]{1,64}';
const COLUMN = `${NAME}(?:\\.${NAME}){0,2}`;
/** What databases say is shorter; a longer text is somebody's. */
const LONGEST = 1_000;
const said = (text: string) => new RegExp(`^${text}$`, 's');

/** What V8 and databases say of which nothing is a value, and what is kept of it. */
const KNOWN: readonly (readonly [pattern: RegExp, kept: string])[] = [
  // What was to be read may be a name that somebody sent.
  [said('(Cannot (?:read|set) properties of (?:undefined|null))(?: \\(.*)?'), '$1'],
  [said('(Assignment to constant variable\\.|Invalid time value|Maximum call stack size exceeded)'), '$1'],
  [said(`(Unknown column '${COLUMN}') in '.*'`), '$1'],
  [said(`(Table '${COLUMN}' doesn't exist)`), '$1'],
  [said(`(Column '${NAME}' cannot be null|Field '${NAME}' doesn't have a default value)`), '$1'],
  [said(`((?:Data too long|Out of range value) for column '${NAME}') at row \\d+`), '$1'],
  [said(`Duplicate entry '.*' (for key '${COLUMN}')`), 'Duplicate entry $1'],
  [said(`(Incorrect \\w+ value): '.*' for column .*[\`'](${NAME})[\`'] at row \\d+`), "$1 for column '$2'"],
  [said(`(Cannot \\w+(?: or update)? a \\w+ row): .* CONSTRAINT (\`${NAME}\`) FOREIGN KEY .*`), '$1: constraint $2'],
  [said(`(table ${NAME} has no column named ${NAME}|no such (?:table|column): ${COLUMN})`), '$1'],
  [said(`((?:NOT NULL|UNIQUE|CHECK|FOREIGN KEY) constraint failed(?:: ${COLUMN}(?:, ${COLUMN})*)?)`), '$1'],
];

/**
 * What an error says, where V8 or a database says it in words that quote no value: `Unknown column 'wrapping'`,
 * `Duplicate entry for key 'orders.number'`. For what may be kept of a request, of which nothing that was sent may; a message of anybody's own is
 * not known, and neither is one of which a column or a key has another name than code gives it.
 */
export function knownWords(error: unknown): string | undefined {
  const { message, sqlMessage } = (error ?? {}) as { message?: unknown; sqlMessage?: unknown };
  // Before what SQLite says stands the statement.
  const whole = String(sqlMessage ?? message ?? '');
  const words = [whole, whole.split(' - ').at(-1) ?? ''].map((it) => it.slice(0, LONGEST));
  return KNOWN.flatMap(([pattern, kept]) =>
    words.filter((it) => pattern.test(it)).map((it) => it.replace(pattern, kept)),
  )[0];
}
