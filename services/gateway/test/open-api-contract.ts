import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is walked by paths that the test checks.
type Json = any;

export interface Operation {
  id: string;
  method: string;
  /** As in the document: `/v1/users/{id}`. */
  path: string;
  document: Json;
}

export interface ResponseLike {
  status: number;
  headers: Headers;
  json: unknown;
}

/** With every object that lists its fields closed, where it does not say that it is open. */
function closed(node: Json): Json {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map(closed);
  const copy = Object.fromEntries(Object.entries(node).map(([name, child]) => [name, closed(child)]));
  return copy.type === 'object' && copy.properties ? { additionalProperties: false, ...copy } : copy;
}

/** Holds answers against the OpenAPI description that the gateway itself serves. */
export class OpenApiContract {
  readonly document: Json;
  readonly operations: readonly Operation[];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: Json) {
    this.document = document;
    formats.default(this.#ajv);
    // ajv-formats does not know it; what it says beyond `email` is the gateway's own grammar.
    this.#ajv.addFormat('idn-email', /^[^\s@]+@[^\s@]+$/);
    // Open to clients, so that a release may add fields; none is sent that is not described.
    this.#ajv.addSchema({ $id: 'https://openapi.test/document', ...closed(document) });
    this.operations = Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
      Object.entries<Json>(methods).map(([method, operation]) => ({
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        document: operation,
      })),
    );
  }

  static async of(url: string): Promise<OpenApiContract> {
    return new OpenApiContract(await (await fetch(`${url}/openapi.json`)).json());
  }

  operation(id: string): Operation {
    const found = this.operations.find((operation) => operation.id === id);
    if (!found) throw new Error(`the description has no operation '${id}'`);
    return found;
  }

  /** What is wrong with an answer: its status, its type or its body is not described. Empty when all is well. */
  faults({ path, method, document }: Operation, { status, headers, json }: ResponseLike): string[] {
    const response = document.responses[status];
    if (!response) return [`status ${status} is not documented`];
    const faults = ['x-request-id', 'x-content-type-options']
      .filter((name) => !headers.get(name))
      .map((name) => `no ${name}`);
    const content = Object.keys(response.content ?? {});
    const type = (headers.get('content-type') ?? '').split(';')[0] as string;
    if (content.length === 0) return json === undefined ? faults : [...faults, 'a body that is not documented'];
    if (!content.includes(type)) return [...faults, `type ${type} is not documented, but ${content.join(', ')}`];
    if (!response.content[type].schema) return faults;
    const place = ['paths', path, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema'];
    return [...faults, ...this.#validate(place, json)];
  }

  /** What is wrong with a request body that the description calls an example. */
  requestFaults({ path, method }: Operation, type: string, example: unknown): string[] {
    return this.#validate(['paths', path, method.toLowerCase(), 'requestBody', 'content', type, 'schema'], example);
  }

  exampleFaults({ path, method }: Operation, status: string, type: string, example: unknown): string[] {
    return this.#validate(
      ['paths', path, method.toLowerCase(), 'responses', status, 'content', type, 'schema'],
      example,
    );
  }

  #validate(place: readonly string[], value: unknown): string[] {
    const pointer = place.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
    const $ref = `https://openapi.test/document#/${encodeURI(pointer)}`;
    let validate = this.#validators.get($ref);
    if (!validate) {
      validate = this.#ajv.compile({ $ref });
      this.#validators.set($ref, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'the body'} ${message}`);
  }
}

const contracts = new Map<string, Promise<OpenApiContract>>();

/**
 * Holds an answer against the description that the same gateway serves; requests that are not an operation (unknown paths
 * and methods, pages) pass.
 *
 * @throws Error that says what the description lacks
 */
export async function requireDescribed(url: string, method: string, path: string, answer: ResponseLike): Promise<void> {
  let contract = contracts.get(url);
  if (!contract) {
    contract = OpenApiContract.of(url);
    contracts.set(url, contract);
  }
  const known = await contract;
  const plain = path.split('?')[0] as string;
  const operation = known.operations.find(
    (candidate) => candidate.method === method && toPattern(candidate.path).test(plain),
  );
  if (!operation || answer.status === 431) return;
  const faults = known.faults(operation, answer);
  if (faults.length > 0) throw new Error(`${operation.id} answered ${answer.status} and ${faults.join('; ')}`);
}

function toPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
