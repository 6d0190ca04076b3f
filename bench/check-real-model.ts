// npm run check:real-model: `--help` says what it does.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from '../server/common/bars.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { commandLine, positiveNumber, wholeNumber } from './commandLine.ts';
import { gemmaModel, measureAgreement, realModelBars } from './realModel.ts';
import { tuneRealModel } from './realModelTune.ts';

const USAGE = `usage: npm run check:real-model -- [options]

Gemma 3 270M: agreement of the training forward with libllama, and a tune on real code, scored by the serving engine.

options:
  --folder FOLDER   (sources that an installed npm package ships)
  --minutes N       of the tune (5)
  --tokens N        on which the two are compared (256)
  --threads N
  --json            end with one line of JSON`;

const { values } = commandLine(USAGE, {
  folder: { type: 'string', default: join(packageRoot, 'node_modules', '@huggingface', 'hub', 'src', 'lib') },
  minutes: { type: 'string', default: '5' },
  tokens: { type: 'string', default: '256' },
  threads: { type: 'string', default: String(Math.min(4, availableParallelism())) },
});

const minutes = positiveNumber('--minutes', values.minutes);
const tokens = wholeNumber('--tokens', values.tokens);
const threads = wholeNumber('--threads', values.threads);
const scratch = mkdtempSync(join(tmpdir(), 'repotune-real-model-'));
try {
  const model = await gemmaModel();
  const text = join(packageRoot, 'node_modules', '@huggingface', 'jinja', 'src', 'parser.ts');
  const tune = await tuneRealModel(model, values.folder, scratch, {
    minutes,
    threads,
  });
  const agreement = measureAgreement(model, text, tokens);
  const fall = 100 * (1 - tune.heldOutLossTuned / tune.heldOutLossBase);
  if (!values.json) console.table({ ...agreement, ...tune });
  report(realModelBars(agreement, fall), values.json, { agreement, tune });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
