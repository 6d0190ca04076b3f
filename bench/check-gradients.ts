// npm run check:gradients: `--help` says what it does.
import { report } from '../server/common/bars.ts';
import { commandLine } from './commandLine.ts';
import { checkGradients, gradientBars } from './gradients.ts';

const USAGE = `usage: npm run check:gradients [-- --json]

Whether the gradients of every adapter match finite differences, for every architecture, and what rounding kernels add.`;

const { json } = commandLine(USAGE, {}).values;
const check = checkGradients(16);
if (!json) {
  console.log(`${check.tensors} tensors, ${check.directions} directions each; worst: ${check.worst}`);
  console.log(`weights below 0: ${check.signedError.toExponential(2)} at ${check.worstSigned}`);
  console.log(`kernels: ${check.kernelError.toExponential(2)} at ${check.worstKernel}`);
  console.log(
    check.has8Bits
      ? `8 bits: ${check.error8Bits.toExponential(2)} at ${check.worst8Bits}`
      : '8 bits: this processor has no kernels of them, so nothing was measured',
  );
  console.log(`7 bits: ${check.error7Bits.toExponential(2)} at ${check.worst7Bits}`);
  console.log(`frozen lower blocks: ${check.frozenError.toExponential(2)} at ${check.worstFrozen}`);
  for (const { model, maxRelativeError } of check.models)
    console.log(`  ${model.padEnd(28)} ${maxRelativeError.toExponential(2)}`);
}
report(gradientBars(check), json, { check });
