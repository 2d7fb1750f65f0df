import { registerHooks } from 'node:module';
import { BUNDLE } from './start-of.ts';

/** Loaded before a program (`--import`): where its children would run a service's sources, they run the file that was made of them. */
registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    const [, service] = /^(.*\/services\/\w+\/)src\/main\.ts$/.exec(found.url) ?? [];
    return service ? { ...found, url: service + BUNDLE, format: 'module' } : found;
  },
});
