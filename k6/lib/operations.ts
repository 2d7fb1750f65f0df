interface Documented {
  operationId: string;
  responses: Record<string, unknown>;
}

export interface Operation {
  method: string;
  /** With `{name}` for each parameter. */
  path: string;
  /** Statuses that the description names. */
  statuses: number[];
}

const RECORDED = '../../services/gateway/contracts/openapi.json';
/** That of the gateway which is called, where whoever runs this has read it: it may have operations that are not recorded yet. */
const { paths } = JSON.parse(open(__ENV.API_DESCRIPTION || import.meta.resolve(RECORDED))) as {
  paths: Record<string, Record<string, Documented>>;
};

/** Every operation of the API's description, by its id. */
export const operations: Readonly<Record<string, Operation>> = Object.fromEntries(
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, responses }]) => [
      operationId,
      { method: method.toUpperCase(), path, statuses: Object.keys(responses).map(Number) },
    ]),
  ),
);
