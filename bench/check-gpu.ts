// npm run check:gpu [-- --json]
import { report } from '../server/common/bars.ts';
import { checkGpu, gpuBars } from './gpu.ts';

const json = process.argv.includes('--json');
const check = checkGpu();
if (!json) console.log(`${check.device} (${check.description}): ${check.tensors} tensors; worst: ${check.worst}`);
report(gpuBars(check), json, { check });
