// npm run check:cuda: `--help` says what it does.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gpuBackendPath } from '../server/backends/plugIns.ts';
import { report } from '../server/common/bars.ts';
import { messageOf } from '../server/common/messageOf.ts';
import { commandLine, refuse } from './commandLine.ts';
import { type DryStep, dryBars, dryCards, dryStep, usesOf } from './dryCuda.ts';

const USAGE = `usage: npm run check:cuda -- [--plugin FILE] [--json]

Whether training steps come to their end on NVIDIA cards of several sizes, and within the memory planned for them: with ggml's CUDA plug-in
on a stand-in for CUDA's libraries, so without a card, and without results. And whether a card that computes nothing is used for
suggestions or training, chosen by its speed or by its name. Needs Linux, 5 GB on the disk and 10 GB of memory.

options:
  --plugin FILE   libggml-cuda.so (the one that \`repotune backends get cuda\` downloads)
  --json          end with one line of JSON`;

const { values: options } = commandLine(USAGE, { plugin: { type: 'string' } });
const plugIn = options.plugin === undefined ? gpuBackendPath('cuda') : resolve(options.plugin);
if (plugIn === null) refuse('The CUDA plug-in is missing: `npx repotune backends get cuda` downloads it (143 MB).');
const folder = mkdtempSync(join(tmpdir(), 'repotune-cuda-'));
const steps: DryStep[] = [];
let failed = 0;
let uses: string[] = [];
try {
  for (const card of dryCards) {
    const name = `${card.shape} on a card of ${(card.mib / 1024).toFixed(0)} GB, capability ${card.capability / 10}`;
    try {
      const step = dryStep(card, plugIn, folder);
      steps.push(step);
      const { plan, seen } = step;
      if (!options.json)
        console.log(
          `${name}: ${plan.text}; ${(seen.peakBytes / 1e9).toFixed(2)} GB taken, ${seen.kernels} kernels, ` +
            Object.entries(seen.products)
              .map(([type, count]) => `${count} products ${type}`)
              .join(', '),
        );
    } catch (error) {
      failed++;
      // What an aborted process prints ends in a long backtrace.
      console.error(`${name}: ${messageOf(error).slice(0, 400)}`);
    }
  }
  uses = await usesOf(plugIn, folder);
  for (const use of uses) console.error(`A card that computes nothing is used for ${use}.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report(dryBars(steps, failed, uses), options.json, { steps });
