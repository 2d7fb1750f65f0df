import { z } from 'zod';

export type Json = Record<string, unknown>;

/** `input` is what callers send, `output` what they get. */
type Direction = 'input' | 'output';

const HERE = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

/**
 * The named models of the description (`components/schemas`): generators of clients make a class of each, and of what has no
 * name an `InlineObject7`. A schema has its name by `.meta({ id: 'Session' })`; a body that has none is called after its
 * operation. Not `…Response`, which Go's oapi-codegen calls what it makes of the whole answer.
 *
 * A field of an answer, or a named kind of answer, that is there only with an operation says so by `.meta({ needs: 'enrolTotp' })`, and is
 * not described by a gateway without that operation.
 */
export class Models {
  readonly schemas: Record<string, Json> = {};
  readonly #operations: ReadonlySet<string>;

  /** @param operations the ids of all that are described */
  constructor(operations: ReadonlySet<string>) {
    this.#operations = operations;
  }

  /** The schema of a body, by reference. @param name for one without a name of its own */
  bodyOf(schema: z.ZodType, io: Direction, name: string): Json {
    const json = this.schemaOf(schema, io);
    if (json.$ref !== undefined) return json;
    this.#add(name, json);
    return { $ref: COMPONENTS + name };
  }

  /** The schema as it is in the description; what has a name in it is a reference. */
  schemaOf(schema: z.ZodType, io: Direction): Json {
    const gone = new Set<string>();
    // Wrapped, so that a name of the schema itself counts too.
    const { properties, $defs = {} } = z.toJSONSchema(z.object({ schema }), {
      target: 'draft-2020-12',
      io,
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        const { id } = metaOf(zodSchema);
        if (id !== undefined && !this.#isThere(zodSchema)) gone.add(id);
        this.#leaveOut(zodSchema, jsonSchema as Json);
        simplify(jsonSchema as Json);
      },
    }) as unknown as { properties: { schema: Json }; $defs?: Record<string, Json> };
    for (const [name, model] of Object.entries($defs)) if (!gone.has(name)) this.#add(name, toComponents(model));
    return toComponents(properties.schema);
  }

  /** Fields, and kinds of an answer, that need an operation which is not there. */
  #leaveOut({ _zod: { def } }: z.core.$ZodType, json: Json): void {
    if (def.type === 'object') {
      const { shape } = def as z.core.$ZodObjectDef;
      const gone = Object.keys(shape).filter((name) => !this.#isThere(shape[name] as z.core.$ZodType));
      for (const name of gone) delete (json.properties as Json)[name];
      if (Array.isArray(json.required)) json.required = json.required.filter((name) => !gone.includes(name));
    }
    if (def.type === 'union' && 'discriminator' in def && Array.isArray(json.oneOf)) {
      const { options, discriminator } = def as z.core.$ZodDiscriminatedUnionDef;
      json.oneOf = json.oneOf.filter((_, index) => this.#isThere(options[index] as z.core.$ZodType));
      const there = options.filter((option) => this.#isThere(option)) as z.ZodObject[];
      json.discriminator = { propertyName: discriminator, mapping: mappingOf(there, discriminator) };
    }
  }

  #isThere(schema: z.core.$ZodType): boolean {
    const { needs } = metaOf(schema);
    return typeof needs !== 'string' || this.#operations.has(needs);
  }

  #add(name: string, model: Json): void {
    const before = this.schemas[name];
    if (before && JSON.stringify(before) !== JSON.stringify(model)) {
      throw new TypeError(`two models of the OpenAPI description have the name ${name}, and are not the same`);
    }
    this.schemas[name] = model;
  }
}

/** What generators of clients take for something else, or for more than it says. */
function simplify(json: Json): void {
  // The name: components are found by it.
  delete json.id;
  // It has been heeded.
  if (typeof json.needs === 'string') delete json.needs;
  // A format says it already, and the two count as two rules.
  if (json.format !== undefined) delete json.pattern;
  // Unknown fields are refused with an answer that names them; a class that is closed could not be extended by the next release.
  if (json.additionalProperties === false) delete json.additionalProperties;
  const { anyOf } = json as { anyOf?: Json[] };
  if (anyOf?.length === 2 && anyOf[1]?.type === 'null' && typeof anyOf[0]?.type === 'string') {
    delete json.anyOf;
    Object.assign(json, anyOf[0], { type: [anyOf[0].type, 'null'] });
  }
}

function metaOf(schema: z.core.$ZodType): z.core.GlobalMeta {
  return z.globalRegistry.get(schema) ?? {};
}

function mappingOf(options: readonly z.ZodObject[], discriminator: string): Record<string, string> {
  return Object.fromEntries(
    options.map((option) => {
      const literal = option.shape[discriminator] as z.ZodLiteral<string>;
      const name = option.meta()?.id;
      if (name === undefined)
        throw new TypeError(`the option '${literal.value}' of a union needs a name: .meta({ id })`);
      return [literal.value, COMPONENTS + name];
    }),
  );
}

/** With every reference to a definition beside it turned into one to the components. */
function toComponents(json: Json): Json {
  return JSON.parse(JSON.stringify(json), (key, value) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(HERE)
      ? COMPONENTS + value.slice(HERE.length)
      : value,
  );
}
