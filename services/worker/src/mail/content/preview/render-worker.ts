import { parentPort } from 'node:worker_threads';
import { renderAll } from './render-all.ts';

// A thread of its own for each state of the files: modules that were loaded once cannot be loaded again in the same one.
parentPort?.postMessage(renderAll());
