// npm run check:gpu: `--help` says what it does.
import { report } from '../server/common/bars.ts';
import { commandLine, wholeNumberIfGiven } from './commandLine.ts';
import { gpuAdapterBars, gpuAdapters } from './gpuAdapters.ts';
import { checkGpu, gpuBars } from './gpuCheck.ts';
import { choiceOf, gpuRunBars, gpuRuns } from './gpuRuns.ts';

const USAGE = `usage: npm run check:gpu -- [--cpu | --bfloat16] [--tokens N] [--json]

Whether a training step on a GPU agrees with the CPU's: gradients of every architecture, a vocabulary of 152k, and the losses of 30
steps; whether a run whose device is lost reaches the loss that it has on the CPU; and whether adapters that the device merges and swaps
have the losses that they have beside the base on the CPU.

options:
  --cpu        use ggml's CPU backend as the GPU; gradients and losses alone
  --bfloat16   the same with weights in bfloat16, which computes what CUDA does
  --tokens N   of a row
  --json       end with one line of JSON`;

const { values: options } = commandLine(USAGE, {
  cpu: { type: 'boolean', default: false },
  bfloat16: { type: 'boolean', default: false },
  tokens: { type: 'string' },
});
// Fewer are not enough for two rows of several sequences.
const tokens = wholeNumberIfGiven('--tokens', options.tokens, 16);
const onCpu = options.bfloat16 ? 'bfloat16' : options.cpu;
const check = checkGpu({ cpu: onCpu, ...(tokens === undefined ? {} : { tokens }) });
if (!options.json)
  console.log(
    `${check.device} (${check.description}): ${check.tensors} tensors; worst: ${check.worst}; ` +
      `the losses of 30 steps fell by ${check.lossFallPercent.toFixed(1)} %`,
  );
const runs = onCpu !== false ? null : await gpuRuns(check.device);
if (runs !== null && !options.json)
  console.log(
    `lost after two steps, a run on the CPU goes on to a loss ${runs.lostDifferencePercent.toFixed(3)} % from its own; ` +
      `completions: ${runs.completions}; auto takes ${runs.fastest}`,
  );
const adapters = onCpu !== false ? null : await gpuAdapters(choiceOf(check.device));
if (adapters !== null && !options.json)
  console.log(
    `adapters that take turns: ${adapters.merged} merged, losses within ${adapters.lossDifferencePercent.toFixed(2)} % of the base's`,
  );
const bars = [
  ...gpuBars(check),
  ...(runs === null ? [] : gpuRunBars(runs)),
  ...(adapters === null ? [] : gpuAdapterBars(adapters)),
];
report(bars, options.json, { check, runs, adapters });
