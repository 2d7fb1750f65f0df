import { alternatives, type Json, type Located, listedValues, nameOf, resolved } from './json-schema.ts';

/** Whom a change could break. */
export interface Parties {
  /** Those that still write in the earlier form, as messages under way and older callers do: the new schema has to accept it. */
  writers?: true;
  /** Those that still read in the earlier form: fields they read must still come, and no new type. More values in a list are not a breaking change. */
  readers?: true;
}

/** What a bound is where it is absent. */
const LOWER_BOUNDS = {
  ...{ minLength: 0, minItems: 0, minProperties: 0 },
  ...{ minimum: Number.NEGATIVE_INFINITY, exclusiveMinimum: Number.NEGATIVE_INFINITY },
};
const UPPER_BOUNDS = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'];
/** How many fields deep a schema is looked at: one that contains itself has no end. */
const DEEPEST = 12;
/** Two of them cannot be compared: any change may refuse what was accepted. */
const SHAPES = ['pattern', 'format', 'multipleOf'];

/** What of a change breaks somebody, each with the pointer to the field, in words. Empty when nothing does. */
export function schemaBreaks(before: Located, after: Located, parties: Parties, pointer = ''): string[] {
  if (pointer.split('/').length > DEEPEST) return [];
  const [previous, current] = [alternatives(before), alternatives(after)];
  const field = pointer === '' ? 'the data' : pointer;
  const within = (schema: Json, root: Json): Located => ({ schema, root });
  const fits = (old: Json, now: Json, of: Parties) =>
    breaksOfOne(within(old, before.root), within(now, after.root), of, pointer).length === 0;
  const [old, now] = [previous[0], current[0]];
  if (previous.length === 1 && current.length === 1) {
    return breaksOfOne(within(old, before.root), within(now, after.root), parties, pointer);
  }
  const refused = parties.writers
    ? previous.filter((each) => !current.some((one) => fits(each, one, { writers: true })))
    : [];
  const unknown = parties.readers
    ? current.filter((each) => !previous.some((one) => fits(one, each, { readers: true })))
    : [];
  return [
    ...refused.map((each) => `${field} no longer accepts ${nameOf(each)} as it was`),
    ...unknown.map((each) => `${field} may now be ${nameOf(each)}, which older readers do not know`),
  ];
}

function breaksOfOne(before: Located, after: Located, parties: Parties, pointer: string): string[] {
  const [old, now] = [resolved(before), resolved(after)];
  const field = pointer === '' ? 'the data' : pointer;
  const types = typeBreaks(old, now, parties).map((what) => `${field} ${what}`);
  if (types.length > 0) return types;
  return [
    ...(parties.writers ? boundBreaks(old, now).map((what) => `${field} ${what}`) : []),
    ...objectBreaks({ schema: old, root: before.root }, { schema: now, root: after.root }, parties, pointer),
    ...(old.items && now.items
      ? schemaBreaks(
          { schema: old.items, root: before.root },
          { schema: now.items, root: after.root },
          parties,
          `${pointer}/*`,
        )
      : []),
  ];
}

function typeBreaks(old: Json, now: Json, { writers, readers }: Parties): string[] {
  const fits = (narrow?: string, wide?: string) =>
    wide === undefined || narrow === wide || (narrow === 'integer' && wide === 'number');
  const [oldType, nowType] = [typeOf(old), typeOf(now)];
  if ((writers && !fits(oldType, nowType)) || (readers && !fits(nowType, oldType))) {
    return [`was ${nameOf(old)} and is ${nameOf(now)}`];
  }
  const [values, left] = [listedValues(old), listedValues(now)];
  if (!writers || !left) return [];
  if (!values) return [`accepts only ${nameOf(now)}, and accepted any ${oldType ?? 'value'}`];
  const gone = values.filter((value) => !left.includes(value));
  return gone.length === 0 ? [] : [`no longer accepts ${nameOf({ enum: gone })}`];
}

function typeOf(schema: Json): string | undefined {
  const [first] = listedValues(schema) ?? [];
  if (schema.type !== undefined || first === undefined) return schema.type;
  return first === null ? 'null' : typeof first;
}

/** What was accepted and is not any more. */
function boundBreaks(old: Json, now: Json): string[] {
  const bounds = [
    ...Object.entries(LOWER_BOUNDS).flatMap(([name, none]) =>
      (now[name] ?? none) > (old[name] ?? none) ? [name] : [],
    ),
    ...UPPER_BOUNDS.filter((name) => (now[name] ?? Number.POSITIVE_INFINITY) < (old[name] ?? Number.POSITIVE_INFINITY)),
    ...SHAPES.filter((name) => now[name] !== undefined && now[name] !== old[name]),
  ];
  return bounds.map((name) => `is narrower: ${name} was ${old[name] ?? 'absent'} and is ${now[name]}`);
}

function objectBreaks(before: Located, after: Located, parties: Parties, pointer: string): string[] {
  const [old, now] = [before.schema, after.schema];
  const [previous, current] = [old.properties ?? {}, now.properties ?? {}];
  const [had, has] = [new Set<string>(old.required ?? []), new Set<string>(now.required ?? [])];
  const breaks: string[] = [];
  for (const [name, schema] of Object.entries(previous)) {
    const at = `${pointer}/${name}`;
    if (!(name in current)) {
      if (parties.readers) breaks.push(`${at} is gone, and older readers expect it`);
      else if (now.additionalProperties === false) breaks.push(`${at} is gone, and is refused where it is sent`);
      continue;
    }
    if (parties.readers && had.has(name) && !has.has(name)) breaks.push(`${at} may be absent now`);
    breaks.push(
      ...schemaBreaks({ schema, root: before.root }, { schema: current[name], root: after.root }, parties, at),
    );
  }
  for (const name of parties.writers ? has : []) {
    if (!had.has(name)) breaks.push(`${pointer}/${name} is required now, and what was written before may lack it`);
  }
  if (typeof old.additionalProperties === 'object' && typeof now.additionalProperties === 'object') {
    const rest = [old, now].map(({ additionalProperties }) => additionalProperties);
    breaks.push(
      ...schemaBreaks(
        { schema: rest[0], root: before.root },
        { schema: rest[1], root: after.root },
        parties,
        `${pointer}/*`,
      ),
    );
  } else if (parties.writers && now.additionalProperties === false && old.additionalProperties !== false) {
    breaks.push(`${pointer === '' ? 'the data' : pointer} accepts no further fields any more`);
  }
  return breaks;
}
