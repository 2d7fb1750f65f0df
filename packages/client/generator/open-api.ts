/** What the generator looks at of an OpenAPI description. */
export interface OpenApi {
  info: { version: string };
  /** The areas, in the order in which they are read. */
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

export interface Operation {
  operationId: string;
  summary: string;
  /** Its area. */
  tags: string[];
  security: unknown[];
  parameters: { $ref?: string }[];
  requestBody?: { content: Record<string, { schema: { $ref?: string }; example?: unknown }> };
  responses: Record<string, { content?: Record<string, { examples?: Record<string, unknown> }> }>;
}
