import { trace } from '@opentelemetry/api';
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { beginSpan, currentTraceparent, isTracing, runningSpan } from '../src/index.ts';
import { benchOptions, benchTable, printTable } from '../src/testing/index.ts';
import { sampledIds } from '../src/tracing/span.ts';

const about =
  'What the places cost where a span would begin: without a tracer, and a span with one that drops or keeps it.';
const { rounds, json } = benchOptions(about, {
  rounds: [7, 'measurements of each'],
  json: [false, 'one line of JSON'],
});

const CALLS = 1_000_000;
const attributes = { 'messaging.system': 'aws_sqs', 'messaging.operation.type': 'send' };
const span = () => beginSpan('send', { kind: 'producer', attributes })?.end();

/** CPU of one call, in nanoseconds. */
async function cost(work: () => unknown, calls = CALLS): Promise<{ 'CPU ns': number }> {
  const before = process.cpuUsage();
  let last: unknown;
  for (let call = 0; call < calls; call++) last = work();
  const { user, system } = process.cpuUsage(before);
  return { 'CPU ns': ((user + system) * 1_000) / calls, ...(last === before && { never: 0 }) };
}

function under(root: AlwaysOnSampler | AlwaysOffSampler, calls: number): () => Promise<{ 'CPU ns': number }> {
  return async () => {
    trace.setGlobalTracerProvider(new TracerProvider({ sampler: new ParentBasedSampler({ root }) }));
    const took = await cost(span, calls);
    trace.disable();
    return took;
  };
}

/** A request asks each of them once, and `runningSpan` with each transaction; a message `beginSpan` three times and the others once. */
const contenders = {
  'an empty function': () => cost(() => undefined),
  isTracing: () => cost(isTracing),
  runningSpan: () => cost(runningSpan),
  currentTraceparent: () => cost(() => currentTraceparent('x')),
  sampledIds: () => cost(sampledIds),
  beginSpan: () => cost(span),
  'a span that is dropped': under(new AlwaysOffSampler(), CALLS / 10),
  'a span that is kept': under(new AlwaysOnSampler(), CALLS / 10),
};

const plan = { title: 'Tracing, each call', rounds, contenders };
printTable(await benchTable({ ...plan, reference: 'an empty function', compared: 'CPU ns' }), json);
