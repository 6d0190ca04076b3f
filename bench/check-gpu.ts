// npm run check:gpu: `--help` says what it does.
import { report } from '../server/common/bars.ts';
import { commandLine, wholeNumberIfGiven } from './commandLine.ts';
import { checkGpu, gpuBars } from './gpuCheck.ts';

const USAGE = `usage: npm run check:gpu -- [--cpu] [--tokens N] [--json]

Whether a training step on a GPU agrees with the CPU's: gradients of every architecture, a vocabulary of 152k, and the losses of 30 steps.

options:
  --cpu        take ggml's CPU backend for the GPU
  --tokens N   of a row
  --json       end with one line of JSON`;

const { values: options } = commandLine(USAGE, {
  cpu: { type: 'boolean', default: false },
  tokens: { type: 'string' },
});
// Fewer do not make two rows of several sequences.
const tokens = wholeNumberIfGiven('--tokens', options.tokens, 16);
const check = checkGpu({ cpu: options.cpu, ...(tokens === undefined ? {} : { tokens }) });
if (!options.json)
  console.log(
    `${check.device} (${check.description}): ${check.tensors} tensors; worst: ${check.worst}; ` +
      `the losses of 30 steps fell by ${check.lossFallPercent.toFixed(1)} %`,
  );
report(gpuBars(check), options.json, { check });
