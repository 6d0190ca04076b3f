/**
 * Preloaded (`--import`), it removes the secret filter from mining: what is planted must then be found, or its absence with the filter
 * would prove nothing. The product has no such switch. If the filter's module changes, name it here: until then the checks' bars on what is
 * found without the filter fail.
 */
import { registerHooks } from 'node:module';

const filter = /\/secrets\/scan\.ts$/;

registerHooks({
  load(url, context, nextLoad) {
    if (!filter.test(url)) return nextLoad(url, context);
    return {
      format: 'module',
      source: `export * from ${JSON.stringify(`${url}?filter`)};\nexport const findSecrets = async () => [];\n`,
      shortCircuit: true,
    };
  },
});
