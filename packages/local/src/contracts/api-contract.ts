import { type Json, resolved } from './json-schema.ts';
import { schemaBreaks } from './schema-breaks.ts';

/** What is for people to read, and breaks nobody. */
const PROSE = new Set(['description', 'summary', 'example', 'examples', 'tags', 'info', 'servers', 'links', 'title']);

const ADVICE =
  'Keep what was released, and put what is new beside it: an optional field, or an operation under /v2. Where no client can be left, `postern contracts:record --breaking` records the API as it is.';

/** An OpenAPI document without its prose: what is recorded of it. */
export function withoutProse(node: Json, inProperties = false): Json {
  if (Array.isArray(node)) return node.map((each) => withoutProse(each));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries<Json>(node)
      .filter(([name]) => inProperties || !PROSE.has(name))
      .map(([name, child]) => [name, withoutProse(child, name === 'properties' || name === 'schemas')]),
  );
}

/** What an OpenAPI document breaks for clients of the recorded one: each break with its operation, in words, and in the end what to do. */
export function apiBreaks(before: Json, after: Json): string[] {
  const breaks = breaksIn(before, after);
  return breaks.length === 0 ? [] : [...breaks, ADVICE];
}

/** The same without what to do, for breaks that are meant. */
export function breaksIn(before: Json, after: Json): string[] {
  return Object.entries<Json>(before.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).flatMap(([method, old]) => {
      const now = after.paths[path]?.[method];
      const breaks = now ? operationBreaks(old, now, before, after) : ['is gone'];
      return breaks.map((what) => `${method.toUpperCase()} ${path} ${what}`);
    }),
  );
}

function operationBreaks(old: Json, now: Json, before: Json, after: Json): string[] {
  return [
    ...((old.security ?? []).length === 0 && (now.security ?? []).length > 0 ? ['asks for a token now'] : []),
    ...parameterBreaks(old, now, before, after),
    ...bodyBreaks(old.requestBody, now.requestBody, before, after),
    ...responseBreaks(old.responses, now.responses, before, after),
  ];
}

function parameterBreaks(old: Json, now: Json, before: Json, after: Json): string[] {
  const list = (operation: Json, root: Json): Json[] =>
    (operation.parameters ?? []).map((each: Json) => resolved({ schema: each, root }));
  const [previous, current] = [list(old, before), list(now, after)];
  const same = (one: Json) => (other: Json) => one.name === other.name && one.in === other.in;
  return [
    ...previous.flatMap((each) => {
      const found = current.find(same(each));
      if (!found) return [`has no parameter ${each.name} any more`];
      const [from, to] = [
        { schema: each.schema, root: before },
        { schema: found.schema, root: after },
      ];
      return schemaBreaks(from, to, { writers: true }).map((what) => `parameter ${each.name}: ${what}`);
    }),
    ...current
      .filter((each) => each.required && !previous.find(same(each))?.required)
      .map(({ name }) => `asks for the parameter ${name}`),
  ];
}

function bodyBreaks(old: Json, now: Json, before: Json, after: Json): string[] {
  const [was, is] = [resolved({ schema: old, root: before }), resolved({ schema: now, root: after })];
  const asks = is.required && !was.required ? ['asks for a body now'] : [];
  const contents = Object.entries<Json>(was.content ?? {}).flatMap(([type, { schema }]) => {
    const found = is.content?.[type];
    if (!found) return [`takes no ${type} any more`];
    const breaks = schemaBreaks({ schema, root: before }, { schema: found.schema, root: after }, { writers: true });
    return breaks.map((what) => `request: ${what}`);
  });
  return [...asks, ...contents];
}

function responseBreaks(previous: Json, current: Json, before: Json, after: Json): string[] {
  // A client knows problems by their type, which is documented elsewhere: one status more or less of them is not a breaking change.
  const successes = Object.keys(previous).filter((status) => status.startsWith('2') || status.startsWith('3'));
  return successes.flatMap((status) => {
    if (!current[status]) return [`never answers ${status} any more`];
    const [was, is] = [
      resolved({ schema: previous[status], root: before }),
      resolved({ schema: current[status], root: after }),
    ];
    return Object.entries<Json>(was.content ?? {}).flatMap(([type, { schema = {} }]) => {
      const found = is.content?.[type];
      if (!found) return [`${status} is never ${type} any more`];
      const [from, to] = [
        { schema, root: before },
        { schema: found.schema ?? {}, root: after },
      ];
      return schemaBreaks(from, to, { readers: true }).map((what) => `${status}: ${what}`);
    });
  });
}
