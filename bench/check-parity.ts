// npm run check:parity: `--help` says what it does.
import { report } from '../server/common/bars.ts';
import { bundledModelPath } from '../server/storage/paths.ts';
import { commandLine } from './commandLine.ts';
import { checkParity, parityBars } from './parity.ts';

const USAGE = `usage: npm run check:parity [-- --json]

Whether the trainer's forward pass gives libllama's logits, for every architecture and weight type.`;

const { json } = commandLine(USAGE, {}).values;
const check = checkParity([bundledModelPath()]);
if (!json) {
  console.log('model                        type     reference  kernels    integers  (difference / largest |logit|)');
  for (const { model, type, reference, kernels, integer } of check.models)
    console.log(
      `${model.padEnd(28)} ${type.padEnd(8)} ${reference.toExponential(2).padEnd(10)} ${kernels.toExponential(2).padEnd(10)} ${integer.toExponential(2)}`,
    );
}
report(parityBars(check), json, { check });
