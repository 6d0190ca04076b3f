// npm run bench -- hyperparameters FOLDER [SPEC …] [--tokens N] [--model FILE] [--json]
// Tunes on FOLDER once for each SPEC from the same pairs and as many training tokens, and prints the held-out loss by the
// serving engine: where the defaults of server/tuning come from. A SPEC changes them, as in "alpha=16,learningRate=1e-3";
// names are those of the trainer's configuration and of the schedule, and adapterScale (1: all of the adapter applies, as
// trained). The first row is the defaults.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { grid } from '../server/common/format.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import { planSchedule } from '../server/engine/training/schedule.ts';
import { writeSequences } from '../server/engine/training/sequences.ts';
import type { Schedule } from '../server/engine/training/trainJob.ts';
import type { AdapterRef, ModelInfo, TrainerConfig } from '../server/engine/types.ts';
import { heldOutLoss } from '../server/evaluation/heldOutLoss.ts';
import { mineRepository } from '../server/mining/index.ts';
import { bundledModelPath } from '../server/storage/paths.ts';
import { trainerConfig } from '../server/tuning/hyperparameters.ts';
import { Preparation } from '../server/tuning/prepare.ts';
import { sequencesFile, trainOnce } from './trainOnce.ts';

const HELD_OUT_PAIRS = 160;
const TRAIN_PAIRS = 4000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    tokens: { type: 'string', default: '100000' },
    model: { type: 'string', default: bundledModelPath() },
  },
});
const [folder, ...specs] = positionals;
const tokens = Number(values.tokens);
if (folder === undefined || !(tokens > 0)) {
  console.error('usage: npm run bench -- hyperparameters FOLDER [name=value,…]… [--tokens N] [--model FILE] [--json]');
  process.exit(2);
}

const scratch = await mkdtemp(join(tmpdir(), 'repotune-hyperparameters-'));
const engine = createCompletionEngine();
try {
  const model = await engine.load({ modelPath: resolve(values.model), contextTokens: 1024, device: 'cpu' });
  const preparation = new Preparation(await mineRepository({ folder: resolve(folder) }), { engine, model });
  const heldOut = await preparation.heldOut(HELD_OUT_PAIRS);
  const steering = await preparation.steering(HELD_OUT_PAIRS);
  const train = await preparation.train(TRAIN_PAIRS, 1);
  const lossWith = async (adapter: AdapterRef | null): Promise<number> =>
    (await heldOutLoss(engine, heldOut.samples, adapter)).loss;
  const before = await lossWith(null);
  const rows: { spec: string; steps: number; loss: number; fallPercent: number; seconds: number }[] = [];
  for (const [i, spec] of ['', ...specs].entries()) {
    const runDir = join(scratch, `${i}`);
    await mkdir(runDir);
    await writeSequences(join(runDir, sequencesFile), [...train.sequences, ...steering]);
    const { trainer, schedule, adapterScale } = applied(spec, model, train.tokens);
    const trained = await trainOnce(runDir, trainer, schedule, adapterScale);
    const after = await lossWith({ id: `${i}`, path: trained.adapter, scale: 1 });
    rows.push({
      spec: spec || 'defaults',
      steps: trained.steps,
      loss: after,
      fallPercent: (1 - after / before) * 100,
      seconds: trained.seconds,
    });
    if (!values.json) console.error(`${spec || 'defaults'}: ${after.toFixed(4)} after ${trained.steps} steps`);
  }
  if (values.json) console.log(JSON.stringify({ folder, tokens, base: before, rows, bars: [] }));
  else {
    console.log(`${heldOut.pairs.length} held-out pairs, base ${before.toFixed(4)}`);
    const cells = rows.map((row) => [
      row.spec,
      `${row.steps}`,
      row.loss.toFixed(4),
      `${row.fallPercent.toFixed(2)} %`,
      `${row.seconds.toFixed(0)} s`,
    ]);
    console.log(grid(['spec', 'steps', 'held-out loss', 'fall', 'training'], cells));
  }
} finally {
  await engine.dispose();
  await rm(scratch, { recursive: true, force: true });
}

type Changeable<T> = { -readonly [K in keyof T]: T[K] };

/** The defaults with a spec's changes, cut or repeated to the tokens asked for. */
function applied(
  spec: string,
  model: ModelInfo,
  trainTokens: number,
): { trainer: TrainerConfig; schedule: Schedule; adapterScale: number | null } {
  const trainer: Changeable<TrainerConfig> = {
    ...trainerConfig({ folder: '', modelPath: resolve(values.model), baseType: 'q4_0', seed: 1 }, model),
  };
  const planned = planSchedule({ trainTokens, parameters: model.parameters, maxSeconds: 3600 });
  const schedule: Changeable<Schedule> = {
    ...planned,
    tokensPerStep: Math.max(1024, Math.round(tokens / Math.min(planned.steps, Math.floor(tokens / 1024)))),
  };
  const job: { adapterScale: number | null } = { adapterScale: null };
  const given = new Set<string>();
  for (const part of spec.split(',').filter(Boolean)) {
    const [name = '', value = ''] = part.split('=');
    const target = ([trainer, schedule, job].find((one) => name in one) ?? null) as Record<string, unknown> | null;
    const changed = typeof target?.[name] === 'string' ? value : Number(value);
    if (target === null || Number.isNaN(changed)) throw new Error(`${part}: no number of the trainer or schedule`);
    target[name] = changed;
    given.add(name);
  }
  const steps = Math.max(1, Math.round(tokens / Number(schedule.tokensPerStep)));
  if (!given.has('steps')) schedule.steps = steps;
  if (!given.has('warmupSteps')) schedule.warmupSteps = Math.max(1, Math.min(20, Math.round(steps * 0.05)));
  if (!given.has('evaluateEvery')) schedule.evaluateEvery = Math.max(5, Math.round(steps / 8));
  return { trainer, schedule, ...job };
}
