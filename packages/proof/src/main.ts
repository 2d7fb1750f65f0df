import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleServices } from '@postern/local/testing';
import { experiments } from './experiments/all.ts';
import { plants } from './plants/all.ts';
import { ReportFile } from './report-file.ts';
import { held, type Row, runExperiment } from './run-experiment.ts';
import { asTable } from './table.ts';

const total = (chosen: readonly { minutes: number }[]) => chosen.reduce((sum, { minutes }) => sum + minutes, 0);

const USAGE = `Usage: npx -y pnpm@12 proof [name …] [--except NAME]… [--short] [--runs N] [--seed S] [--json] [--report FILE] [--plant NAME]

Does to a whole system of several replicas, on MariaDB and ElasticMQ of its own, what production does to it, and compares what was promised
with what happened. Without a name all experiments run, one after the other: about ${total(experiments)} minutes on two cores that do nothing
else.

  --except E     not this one; may be given several times
  --short        the form that \`npx -y pnpm@12 test\` runs, which no missed target of time fails
  --runs N       how often, instead of the experiment's own number
  --seed S       draws the same moments again; printed with every result
  --json         one JSON object a line
  --report FILE  adds each result to FILE as it comes, leaves out what has held there already, and ends with the table of all of FILE:
                 a run may be interrupted, and a later one goes on with the rest
  --plant P      puts a bug into the services, which the experiment that is to catch it has to notice: one of
${plants.map(({ name, caughtBy }) => `                   ${name} (${caughtBy.join(', ')})`).join('\n')}

${experiments.map(({ name, what, passesWhen, minutes }) => `  ${name.padEnd(18)} ${what}\n${''.padEnd(20)} holds when: ${passesWhen}\n${''.padEnd(20)} takes about ${minutes} min`).join('\n')}
`;

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      except: { type: 'string', multiple: true, default: [] },
      short: { type: 'boolean', default: false },
      runs: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      report: { type: 'string' },
      plant: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const named = [...positionals, ...values.except];
  const unknown = named.filter((given) => !experiments.some(({ name }) => name === given));
  if (unknown.length > 0) throw new Error(`There is no experiment ${unknown.join(', ')}: \`proof --help\` lists them.`);
  const number = (name: 'runs' | 'seed', from: number) => {
    const text = values[name];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!Number.isInteger(value) || value < from)
      throw new Error(`--${name}: expected an integer from ${from}, got "${text}".`);
    return value;
  };
  const plant = values.plant === undefined ? undefined : plants.find(({ name }) => name === values.plant);
  if (values.plant !== undefined && !plant)
    throw new Error(`There is no plant ${values.plant}: \`proof --help\` lists them.`);
  const wanted = positionals.length > 0 ? positionals : (plant?.caughtBy ?? experiments.map(({ name }) => name));
  const chosen = experiments.filter(({ name }) => wanted.includes(name) && !values.except.includes(name));
  return { ...values, runs: number('runs', 1), seed: number('seed', 0), plant: plant?.name, chosen };
}

async function main(): Promise<number> {
  const { short, json, help, chosen, plant, ...given } = readArguments();
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const file = given.report === undefined ? undefined : new ReportFile(given.report);
  const left = chosen.filter(({ name }) => !file?.has({ name, short, ...(plant !== undefined && { plant }) }));
  if (left.length < chosen.length)
    process.stderr.write(`${chosen.length - left.length} of ${chosen.length} have held in ${given.report} already\n`);
  // As in production, where nothing is compiled when a service starts.
  if (plant === undefined && left.length > 0) Object.assign(process.env, await bundleServices());
  const rows: Row[] = [];
  for (const [n, experiment] of left.entries()) {
    const time = short || given.runs !== undefined ? '' : `; about ${total(left.slice(n))} min are left`;
    process.stderr.write(`${experiment.name} (${n + 1} of ${left.length}${time}): ${experiment.what}\n`);
    const row = await runExperiment(experiment, {
      runs: given.runs ?? (short ? experiment.runs.short : experiment.runs.long),
      isShort: short,
      seed: given.seed ?? Date.now() % 2 ** 31,
      plant,
      report: (line) => process.stderr.write(`  ${line}\n`),
    });
    rows.push(row);
    file?.append(row);
    if (json) process.stdout.write(`${JSON.stringify(row)}\n`);
  }
  if (!json) process.stdout.write(asTable(file?.rows ?? rows));
  return rows.every(held) ? 0 : 1;
}

// Services are started again and again, and half of a start is compiling: Node.js keeps what it has compiled once.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../../node_modules/.cache/node');

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  return 2;
});
