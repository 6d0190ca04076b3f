// npm run bench -- hyperparameters: `--help` says what it measures.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { grid } from '../server/common/format.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import { planSchedule } from '../server/engine/training/schedule.ts';
import { writeSequences } from '../server/engine/training/sequences.ts';
import type { Schedule } from '../server/engine/training/trainJob.ts';
import type { AdapterRef, ModelInfo, TrainerConfig } from '../server/engine/types.ts';
import { lossOf } from '../server/evaluation/compare.ts';
import { LossStore } from '../server/evaluation/lossStore.ts';
import { Scorer } from '../server/evaluation/scorer.ts';
import { mineRepository } from '../server/mining/index.ts';
import { bundledModelPath } from '../server/storage/paths.ts';
import { trainerConfig } from '../server/tuning/hyperparameters.ts';
import { Preparation } from '../server/tuning/prepare.ts';
import { commandLine, positiveNumber, refuse, wholeNumber } from './commandLine.ts';
import { sequencesFile, trainOnce } from './trainOnce.ts';

const TRAIN_PAIRS = 4000;
/** Steps that measure a token's processor time with a row's settings. */
const PILOT_STEPS = 10;

const USAGE = `usage: npm run bench -- hyperparameters FOLDER [SPEC...] [options]

Tunes on FOLDER once for each SPEC from the same pairs, and prints the held-out loss by the serving engine: where the defaults of
server/tuning come from. A SPEC changes them, as in alpha=16,learningRate=1e-3: names are those of the trainer's configuration and of the
schedule, adapterScale (1: all of the adapter applies, as trained), and kernels (as REPOTUNE_KERNELS names them). The first row is the
defaults.

options:
  --always SPEC             changes the defaults for every row
  --tokens N                learned in each row (100000)
  --processor-seconds N     in place of so many tokens, for settings that differ in what a token costs
  --pairs N                 learned from, at most (${TRAIN_PAIRS})
  --held-out PAIRS          (160)
  --short                   held-out windows of the length learned from, as a slow machine measures on
  --from ADAPTER            a row more, the last one: the defaults, going on from this adapter's file
  --model GGUF              (the bundled one)
  --json                    end with one line of JSON`;

const { values, positionals } = commandLine(
  USAGE,
  {
    always: { type: 'string', default: '' },
    tokens: { type: 'string', default: '100000' },
    'processor-seconds': { type: 'string' },
    pairs: { type: 'string', default: String(TRAIN_PAIRS) },
    'held-out': { type: 'string', default: '160' },
    short: { type: 'boolean', default: false },
    from: { type: 'string' },
    model: { type: 'string', default: bundledModelPath() },
  },
  Number.POSITIVE_INFINITY,
);
const [folder, ...specs] = positionals;
const tokens = wholeNumber('--tokens', values.tokens, 1024);
const heldOutPairs = wholeNumber('--held-out', values['held-out']);
const secondsGiven = values['processor-seconds'];
const processorSeconds = secondsGiven === undefined ? null : positiveNumber('--processor-seconds', secondsGiven);
const trainPairs = wholeNumber('--pairs', values.pairs);
if (folder === undefined) refuse('Name a folder to tune on.');
for (const part of [values.always, ...specs].flatMap((spec) => spec.split(',')).filter(Boolean))
  if (!/^\w+=[^=]+$/.test(part)) refuse(`A SPEC has parts like alpha=16, unlike ${part}.`);

const from = values.from === undefined ? null : resolve(values.from);
const planned: readonly { readonly name: string; readonly spec: string; readonly initial: string | null }[] = [
  { name: 'defaults', spec: '', initial: null },
  ...specs.map((spec) => ({ name: spec, spec, initial: null })),
  ...(from === null ? [] : [{ name: 'from an adapter', spec: '', initial: from }]),
];

const scratch = await mkdtemp(join(tmpdir(), 'repotune-hyperparameters-'));
const engine = createCompletionEngine();
try {
  const model = await engine.load({ modelPath: resolve(values.model), contextTokens: 1024, device: 'cpu' });
  const preparation = new Preparation(await mineRepository({ folder: resolve(folder) }), { engine, model });
  const heldOut = await preparation.heldOut(heldOutPairs, undefined, values.short ? 'short' : 'long');
  if (heldOut.pairs.length === 0) throw new Error(`${folder} has no held-out pair: nothing would be measured.`);
  // Fewer steering pairs than in a run, if fewer pairs are measured: on a large base they cost more than the steps.
  const steering = (await preparation.steering(heldOutPairs)).slice(0, heldOutPairs / 2);
  const train = await preparation.train(trainPairs, 1);
  const scorer = new Scorer({ engine, model }, await LossStore.open(null));
  const lossWith = async (adapter: AdapterRef | null): Promise<number> =>
    lossOf(await scorer.score(adapter, heldOut.samples)).loss;
  const before = await lossWith(null);
  const rows: {
    spec: string;
    kernels: string;
    steps: number;
    tokens: number;
    loss: number;
    fallPercent: number;
    seconds: number;
    cpuSeconds: number;
    losses: readonly number[];
  }[] = [];
  for (const [i, { name: row, spec, initial }] of planned.entries()) {
    const trainedOn = async (name: string, wanted: number, steps: string) => {
      const runDir = join(scratch, name);
      await mkdir(runDir);
      await writeSequences(join(runDir, sequencesFile), [...train.sequences, ...steering]);
      const settings = applied(`${values.always},${spec}${steps}`, model, train.tokens, wanted);
      const { trainer, schedule, adapterScale, kernels } = settings;
      const one = await trainOnce(runDir, trainer, schedule, adapterScale, kernels, initial);
      return { ...one, tokens: one.steps * schedule.tokensPerStep };
    };
    let wanted = tokens;
    if (processorSeconds !== null) {
      const pilot = await trainedOn(`${i}-pilot`, tokens, `,steps=${PILOT_STEPS},evaluateEvery=${PILOT_STEPS}`);
      // The first step warms up and is not counted.
      wanted = (processorSeconds / pilot.cpuSeconds) * pilot.tokens * (1 - 1 / PILOT_STEPS);
    }
    const trained = await trainedOn(`${i}`, Math.round(wanted), '');
    const after = await lossWith({ id: `${i}`, path: trained.adapter, scale: 1 });
    rows.push({
      spec: row,
      kernels: trained.kernels,
      steps: trained.steps,
      tokens: trained.tokens,
      loss: after,
      fallPercent: (1 - after / before) * 100,
      seconds: trained.seconds,
      cpuSeconds: trained.cpuSeconds,
      losses: trained.losses,
    });
    console.error(
      `${row}: ${after.toFixed(4)} after ${trained.steps} steps of ${trained.tokens} tokens in ${trained.cpuSeconds.toFixed(0)} s of processor time (${trained.kernels})`,
    );
  }
  if (values.json) console.log(JSON.stringify({ folder, tokens, base: before, rows, bars: [] }));
  else {
    console.log(`${heldOut.pairs.length} held-out pairs, base ${before.toFixed(4)}`);
    const cells = rows.map((row) => [
      row.spec,
      `${row.steps}`,
      `${row.tokens}`,
      row.loss.toFixed(4),
      `${row.fallPercent.toFixed(2)} %`,
      row.kernels,
      `${row.seconds.toFixed(0)} s`,
      `${row.cpuSeconds.toFixed(0)} s`,
    ]);
    console.log(
      grid(
        ['spec', 'steps', 'tokens', 'held-out loss', 'fall', 'kernels', 'training', 'processor time of steps'],
        cells,
      ),
    );
  }
} finally {
  await engine.dispose();
  await rm(scratch, { recursive: true, force: true });
}

type Changeable<T> = { -readonly [K in keyof T]: T[K] };

/** The defaults with a spec's changes, cut or repeated to the requested tokens. */
function applied(
  spec: string,
  model: ModelInfo,
  trainTokens: number,
  wanted: number,
): { trainer: TrainerConfig; schedule: Schedule; adapterScale: number | null; kernels?: string } {
  const trainer: Changeable<TrainerConfig> = {
    ...trainerConfig({ folder: '', modelPath: resolve(values.model), baseType: 'q4_0', seed: 1 }, model),
  };
  const planned = planSchedule({ trainTokens, parameters: model.parameters, maxSeconds: 3600 });
  const schedule: Changeable<Schedule> = {
    ...planned,
    tokensPerStep: Math.max(1024, Math.round(wanted / Math.min(planned.steps, Math.floor(wanted / 1024)))),
  };
  const job: { adapterScale: number | null } = { adapterScale: null };
  const given = new Set<string>();
  let kernels: string | undefined;
  for (const part of spec.split(',').filter(Boolean)) {
    const [name = '', value = ''] = part.split('=');
    if (name === 'kernels') {
      kernels = value;
      continue;
    }
    const target = ([trainer, schedule, job].find((one) => name in one) ?? null) as Record<string, unknown> | null;
    const changed = typeof target?.[name] === 'string' ? value : Number(value);
    if (target === null || Number.isNaN(changed)) throw new Error(`${part}: no number of the trainer or schedule`);
    target[name] = changed;
    given.add(name);
  }
  const steps = Math.max(1, Math.round(wanted / Number(schedule.tokensPerStep)));
  if (!given.has('steps')) schedule.steps = steps;
  if (!given.has('warmupSteps')) schedule.warmupSteps = Math.max(1, Math.min(20, Math.round(steps * 0.05)));
  if (!given.has('evaluateEvery')) schedule.evaluateEvery = Math.max(5, Math.round(steps / 8));
  return { trainer, schedule, ...job, ...(kernels === undefined ? {} : { kernels }) };
}
