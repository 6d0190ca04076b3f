// npm run check:real-model [-- --json] [--folder REPOSITORY] [--minutes N] [--tokens N]
// Gemma 3 270M: agreement of the training forward with libllama, and a tune on a real repository (by default the sources of
// an installed npm package), scored by the serving engine.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { report } from '../server/bars.ts';
import { packageRoot, scriptPath } from '../server/paths.ts';
import { gemmaModel, measureAgreement, realModelBars } from './realModel.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    folder: { type: 'string' },
    minutes: { type: 'string', default: '8' },
    tokens: { type: 'string', default: '256' },
  },
});
const tuned = z.object({
  heldOutLossBase: z.number(),
  heldOutLossTuned: z.number(),
  steps: z.number(),
  minutes: z.number(),
});

const scratch = mkdtempSync(join(tmpdir(), 'repotune-real-model-'));
try {
  const model = await gemmaModel();
  const text = join(packageRoot, 'node_modules', 'minisearch', 'dist', 'es', 'index.js');
  const agreement = measureAgreement(model, text, Number(values.tokens));
  const result = tune(model, values.folder ?? packageSources());
  const fall = 100 * (1 - result.heldOutLossTuned / result.heldOutLossBase);
  if (!values.json) console.table({ ...agreement, ...result });
  report(realModelBars(agreement, fall), values.json, { agreement, tune: result });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function packageSources(): string {
  const folder = join(scratch, 'repository');
  cpSync(join(packageRoot, 'node_modules', '@huggingface', 'hub', 'src'), folder, { recursive: true });
  const identity = ['-c', 'user.name=check', '-c', 'user.email=check@example.invalid'];
  for (const args of [
    ['init', '--quiet'],
    ['add', '--all'],
    [...identity, 'commit', '--quiet', '--message', 'Sources'],
  ])
    if (spawnSync('git', ['-C', folder, ...args], { stdio: ['ignore', 2, 2] }).status !== 0)
      throw new Error(`git ${args[0]} failed in ${folder}`);
  return folder;
}

function tune(model: string, folder: string): z.infer<typeof tuned> {
  const args = [
    scriptPath('cli'),
    'tune',
    folder,
    '--model',
    model,
    '--base-type',
    'as-is',
    '--minutes',
    values.minutes,
    '--json',
  ];
  const run = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const last = run.stdout.trimEnd().split('\n').at(-1) ?? '';
  if (run.status !== 0) throw new Error(`repotune tune ended with ${run.status ?? run.signal}: ${last}`);
  return tuned.parse(JSON.parse(last));
}
