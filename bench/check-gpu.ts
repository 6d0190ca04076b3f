// npm run check:gpu [-- --json] [--cpu] [--tokens N]: --cpu takes ggml's CPU backend for the device.
import { parseArgs } from 'node:util';
import { report } from '../server/common/bars.ts';
import { checkGpu, gpuBars } from './gpuCheck.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    cpu: { type: 'boolean', default: false },
    tokens: { type: 'string' },
  },
});
const check = checkGpu({
  cpu: options.cpu,
  ...(options.tokens === undefined ? {} : { tokens: Number(options.tokens) }),
});
if (!options.json)
  console.log(
    `${check.device} (${check.description}): ${check.tensors} tensors; worst: ${check.worst}; ` +
      `the losses of 30 steps fell by ${check.lossFallPercent.toFixed(1)} %`,
  );
report(gpuBars(check), options.json, { check });
