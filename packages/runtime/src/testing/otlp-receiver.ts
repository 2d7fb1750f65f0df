import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as OTLP's JSON has it, flattened to what tests look at. */
export interface ReceivedSpan {
  service: string;
  name: string;
  /** As OTLP numbers them: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  failed: boolean;
  attributes: Record<string, unknown>;
}

interface Value {
  stringValue?: string;
  intValue?: string | number;
  boolValue?: boolean;
  doubleValue?: number;
}
interface KeyValue {
  key: string;
  value: Value;
}
interface Export {
  resourceSpans: {
    resource: { attributes: KeyValue[] };
    scopeSpans: {
      spans: (Omit<ReceivedSpan, 'attributes'> & { attributes: KeyValue[]; status?: { code?: number } })[];
    }[];
  }[];
}

/** A collector on a real port that keeps what it is sent (OTLP over HTTP in JSON), or that takes requests and never answers. */
export class OtlpReceiver implements AsyncDisposable {
  readonly spans: ReceivedSpan[] = [];
  /** Raw bodies, to look for what must not be in them. */
  readonly bodies: string[] = [];
  readonly headers: NodeJS.Dict<string | string[]>[] = [];
  readonly #server: Server;
  #answer: (response: ServerResponse) => void = (response) => response.writeHead(200).end('{}');

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.headers.push(request.headers);
        this.#keep(Buffer.concat(chunks).toString());
        this.#answer(response);
      });
    });
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get requests(): number {
    return this.bodies.length;
  }

  /** From now on requests are taken and never answered. */
  hang(): void {
    this.#answer = () => {};
  }

  /** From now on requests are answered with this status. */
  refuse(status: number): void {
    this.#answer = (response) => response.writeHead(status).end();
  }

  /** The spans from this one up to the root, by name. */
  ancestry(span: ReceivedSpan): string[] {
    const names = [span.name];
    let above = this.#parentOf(span);
    for (; above; above = this.#parentOf(above)) names.push(above.name);
    return names;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #parentOf({ traceId, parentSpanId }: ReceivedSpan): ReceivedSpan | undefined {
    return this.spans.find((span) => span.traceId === traceId && span.spanId === parentSpanId);
  }

  #keep(body: string): void {
    this.bodies.push(body);
    if (!body.startsWith('{')) return;
    for (const { resource, scopeSpans } of (JSON.parse(body) as Export).resourceSpans) {
      const service = String(valuesOf(resource.attributes)['service.name']);
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        const { name, kind, traceId, spanId, parentSpanId, attributes, status } = span;
        const failed = status?.code === 2;
        const ids = { traceId, spanId, parentSpanId: parentSpanId || undefined };
        this.spans.push({ service, name, kind, ...ids, failed, attributes: valuesOf(attributes) });
      }
    }
  }
}

function valuesOf(attributes: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
