import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { plants } from './all.ts';

/** Loaded before a service's own code (`--import`): puts the bug that PROOF_PLANT names into its source as it is read. */
const plant = plants.find(({ name }) => name === process.env.PROOF_PLANT);
if (!plant) throw new Error(`PROOF_PLANT names no plant: ${process.env.PROOF_PLANT}`);

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith(plant.file)) return nextLoad(url, context);
    const source = readFileSync(fileURLToPath(url), 'utf8');
    if (source.split(plant.find).length !== 2) throw new Error(`the plant ${plant.name} does not fit ${plant.file}`);
    return { format: 'module-typescript', shortCircuit: true, source: source.replace(plant.find, () => plant.replace) };
  },
});
