import { resolve } from 'node:path';
import { BUNDLED_NOTE, bundledModel, isBundled } from '../models/bundled.ts';
import { inspectModel, TRAINABLE_ARCHITECTURES } from '../models/inspect.ts';
import { type Command, parse } from './command.ts';
import { megabytes, table } from './terminal.ts';

export const modelsCommand: Command = {
  summary: 'What is known of the bundled model, or of a model file, and whether it can be tuned.',
  usage: '[file.gguf] [--json]',
  async run(args) {
    const { values, positionals } = parse(args, { json: { type: 'boolean' } });
    const path = positionals[0] ?? bundledModel();
    if (path === null)
      throw new Error(
        'The bundled model is missing from this installation. Install Repotune again, or name a model file.',
      );
    const model = await inspectModel(resolve(path));
    if (values.json) {
      console.log(JSON.stringify(model));
      return 0;
    }
    const tunable = TRAINABLE_ARCHITECTURES.includes(model.architecture);
    console.log(
      table([
        ['model', model.name],
        ['file', model.path],
        [
          'architecture',
          `${model.architecture}${tunable ? '' : ` (cannot be tuned; supported: ${TRAINABLE_ARCHITECTURES.join(', ')})`}`,
        ],
        ['parameters', `${(model.parameters / 1e6).toFixed(1)} M in ${model.layers} blocks`],
        ['weights', `${model.weightType}, ${megabytes(model.sizeBytes)}`],
        ['context', `${model.contextLength} tokens`],
        ['licence', model.license || 'not named'],
      ]),
    );
    if (isBundled(model.path)) console.log(`\n${BUNDLED_NOTE}`);
    return 0;
  },
};
