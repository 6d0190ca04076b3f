/** For killed.test.ts: a run that keeps the active adapter up, in a process that is killed at a given point of storing what it made. */
import { copyFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { bundledEngine } from '../engine/testing.ts';
import { NOTHING_SPENT, type TrainJob } from '../engine/training/trainJob.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { ProgressTracker } from '../tuning/progress.ts';
import { runTune } from './pipeline.ts';

/** `adapter`: trained earlier. `killAfter`: once a path that ends so has been renamed to; '' for never. */
const [folder = '', runId = '', adapter = '', killAfter = ''] = process.argv.slice(2);
let isStoring = false;
const { rename } = files;
files.rename = async (from, to) => {
  await rename(from, to);
  if (isStoring && killAfter !== '' && new RegExp(killAfter).test(String(to))) process.kill(process.pid, 'SIGKILL');
};
syncBuiltinESMExports();

const modelPath = bundledModelPath();
const engine = await bundledEngine();
const model = await engine.load({ modelPath, contextTokens: 1024, threads: 1, device: 'cpu' });
const progress = new ProgressTracker(runId, folder, Date.now, ({ stage }) => {
  isStoring ||= stage === 'storing';
});
const brief = {
  run: async ({ runDir, adapterFile, schedule: { steps } }: TrainJob) => {
    copyFileSync(adapter, join(runDir, adapterFile));
    const spent = { seconds: 1, tokens: 1000, spent: NOTHING_SPENT, steps };
    const losses = { heldOutBefore: 2, heldOutBest: 1, bestStep: 1, adapterScale: 1 };
    return { kind: 'trained', reason: 'schedule', ...spent, ...losses } as const;
  },
  pause: () => {},
  resume: () => {},
  dispose: async () => {},
};
const settings = { baseType: 'as-is', rank: 4, threads: 1, maxMinutes: 0.1, device: 'cpu' } as const;
await runTune(
  runId,
  { folder, modelPath, ...settings, keepUp: true, force: true },
  {
    serving: async () => ({ engine, model }),
    createTuneEngine: () => brief,
    nowMs: Date.now,
    toolVersion: '0.0.0',
    measuredOn: { pairs: 4, places: 1 },
  },
  progress,
  new AbortController().signal,
);
await engine.dispose();
