// npm run bench -- quantize: `--help` says what it measures.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from '../server/common/bars.ts';
import { loadAddon } from '../server/engine/native.ts';
import { openTrainer } from '../server/engine/trainer.ts';
import type { BaseType, Trainer, TrainRow } from '../server/engine/types.ts';
import { bundledModelPath, packageRoot } from '../server/storage/paths.ts';
import { trainerConfig } from '../server/tuning/hyperparameters.ts';
import { commandLine, wholeNumber } from './commandLine.ts';

const USAGE = `usage: npm run bench -- quantize [options]

The base's loss in 16 bits and in each 4-bit type, without and with calibration on other text than the one measured on. By default on the
sources of two npm packages, which the bundled base has not been calibrated on.

options:
  --model GGUF         (the bundled one)
  --calibrate FOLDER   code to calibrate on
  --measure FOLDER     code to measure on
  --tokens N           of each (8192)
  --json               end with one line of JSON`;

const { values } = commandLine(USAGE, {
  model: { type: 'string', default: bundledModelPath() },
  calibrate: { type: 'string', default: join(packageRoot, 'node_modules', '@huggingface', 'hub', 'src', 'lib') },
  measure: { type: 'string', default: join(packageRoot, 'node_modules', '@huggingface', 'jinja', 'src') },
  tokens: { type: 'string', default: '8192' },
});
const ROW_TOKENS = 512;
const mostTokens = wholeNumber('--tokens', values.tokens, ROW_TOKENS);

const found = [];
for (const baseType of ['f16', 'q4_0', 'iq4_nl', 'q4_k'] satisfies BaseType[]) {
  const options = { folder: '', modelPath: values.model, baseType, device: 'cpu' as const, rank: 1 };
  const config = trainerConfig(options, { contextLength: ROW_TOKENS });
  const trainer = await openTrainer(loadAddon(), config);
  const measured = rowsOf(trainer, values.measure);
  const plain = await loss(trainer, measured);
  const calibration = await trainer.calibrate(rowsOf(trainer, values.calibrate));
  const calibrated = await loss(trainer, measured);
  trainer.dispose();
  found.push({ baseType, plain, calibrated, errorBefore: calibration.errorBefore, errorAfter: calibration.errorAfter });
}
const [exact] = found;
const table = found.map(({ baseType, plain, calibrated, ...error }) => ({
  type: baseType,
  loss: plain.toFixed(4),
  'loss, calibrated': calibrated.toFixed(4),
  'lost to 4 bits': (plain - exact!.plain).toFixed(4),
  'lost, calibrated': (calibrated - exact!.plain).toFixed(4),
  'weight error': error.errorBefore.toFixed(4),
  'weight error, calibrated': error.errorAfter.toFixed(4),
}));
if (!values.json) console.table(table);
else report([], true, { quantize: found });
process.exit();

/** The folder's files concatenated and cut into rows. */
function rowsOf(trainer: Trainer, folder: string): TrainRow[] {
  const files = readdirSync(folder).filter((name) => /\.(ts|js)$/.test(name));
  const texts = files.sort().map((name) => readFileSync(join(folder, name), 'utf8'));
  const tokens = trainer.tokenize(texts).flat().slice(0, mostTokens);
  if (tokens.length < ROW_TOKENS)
    throw new Error(`${folder} has ${tokens.length} tokens of TypeScript and JavaScript; ${ROW_TOKENS} are needed.`);
  return Array.from({ length: Math.floor(tokens.length / ROW_TOKENS) }, (_, row) => ({
    tokens: Int32Array.from(tokens.slice(row * ROW_TOKENS, (row + 1) * ROW_TOKENS)),
    starts: Int32Array.of(0),
    lossWeights: Float32Array.from({ length: ROW_TOKENS }, (_, i) => (i === 0 ? 0 : 1)),
  }));
}

async function loss(trainer: Trainer, rows: readonly TrainRow[]): Promise<number> {
  const { nll, lossTokens } = await trainer.evaluate(rows);
  return nll / lossTokens;
}
