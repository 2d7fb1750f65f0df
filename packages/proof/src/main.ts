import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { experiments } from './experiments/all.ts';
import { plants } from './plants/all.ts';
import { type Row, runExperiment } from './run-experiment.ts';
import { asTable } from './table.ts';

const USAGE = `Usage: npx -y pnpm@12 proof [name …] [--short] [--runs N] [--seed S] [--json] [--plant NAME]

Does to a whole system of several replicas, on MariaDB and ElasticMQ of its own, what production does to it, and compares what was promised
with what happened. Without a name all experiments run, one after the other.

  --short     the form that \`npx -y pnpm@12 test\` runs, which no missed target of time fails
  --runs N    how often, instead of the experiment's own number
  --seed S    draws the same moments again; printed with every result
  --json      one JSON object a line
  --plant P   puts a bug into the services, which the experiment that is to catch it has to notice: one of
${plants.map(({ name, caughtBy }) => `                ${name} (${caughtBy.join(', ')})`).join('\n')}

${experiments.map(({ name, what, passesWhen }) => `  ${name.padEnd(18)} ${what}\n${''.padEnd(20)} holds when: ${passesWhen}`).join('\n')}
`;

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      short: { type: 'boolean', default: false },
      runs: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      plant: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const unknown = positionals.filter((given) => !experiments.some(({ name }) => name === given));
  if (unknown.length > 0) throw new Error(`There is no experiment ${unknown.join(', ')}: \`proof --help\` lists them.`);
  const number = (name: 'runs' | 'seed', from: number) => {
    const text = values[name];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!Number.isInteger(value) || value < from)
      throw new Error(`--${name}: expected an integer from ${from}, got "${text}".`);
    return value;
  };
  return { ...values, runs: number('runs', 1), seed: number('seed', 0), positionals };
}

async function main(): Promise<number> {
  const { short, json, help, positionals, ...given } = readArguments();
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const plant = given.plant === undefined ? undefined : plants.find(({ name }) => name === given.plant);
  if (given.plant !== undefined && !plant)
    throw new Error(`There is no plant ${given.plant}: \`proof --help\` lists them.`);
  if (plant && positionals.length === 0) positionals.push(...plant.caughtBy);
  const chosen = positionals.length === 0 ? experiments : experiments.filter(({ name }) => positionals.includes(name));
  const rows: Row[] = [];
  for (const experiment of chosen) {
    process.stderr.write(`${experiment.name}: ${experiment.what}\n`);
    const row = await runExperiment(experiment, {
      runs: given.runs ?? (short ? experiment.runs.short : experiment.runs.long),
      seed: given.seed ?? Date.now() % 2 ** 31,
      plant: plant?.name,
      report: (line) => process.stderr.write(`  ${line}\n`),
    });
    rows.push(row);
    if (json) process.stdout.write(`${JSON.stringify(row)}\n`);
  }
  if (!json) process.stdout.write(asTable(rows));
  return rows.every(({ violations, missed }) => violations.length === 0 && (short || missed.length === 0)) ? 0 : 1;
}

// Services are started again and again, and half of a start is compiling: Node.js keeps what it has compiled once.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../../node_modules/.cache/node');

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  return 2;
});
