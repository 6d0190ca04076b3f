/** One step of sharing, as a process that can be killed. usage: step.ts publish|pull|prune FOLDER BASE.gguf ID */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TeamShare } from '../../server/sharing/teamShare.ts';

const [action, folder = '', basePath = '', id = ''] = process.argv.slice(2);
const sha256 = createHash('sha256').update(readFileSync(basePath)).digest('hex');
const share = await TeamShare.open({
  folder,
  signatures: 'off',
  findBase: async (wanted) => (wanted === sha256 ? basePath : null),
});
process.send?.('begin');
if (action === 'publish') await share.publish(id);
else if (action === 'pull') await share.pull(id, async () => true);
else await share.prune({ keep: 0 }, { dryRun: false, nowMs: Date.now() });
process.disconnect?.();
