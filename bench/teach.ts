// npm run bench -- teach: `--help` says what it measures.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { barsLine } from '../server/common/bars.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import { planSchedule } from '../server/engine/training/schedule.ts';
import { writeSequences } from '../server/engine/training/sequences.ts';
import type { AdapterRef, LoadedEngine } from '../server/engine/types.ts';
import { LossStore } from '../server/evaluation/lossStore.ts';
import { completePlace } from '../server/evaluation/places.ts';
import { Scorer } from '../server/evaluation/scorer.ts';
import type { Dataset } from '../server/mining/types.ts';
import { bundledModelPath } from '../server/storage/paths.ts';
import { trainerConfig } from '../server/tuning/hyperparameters.ts';
import { Preparation } from '../server/tuning/prepare.ts';
import { commandLine, namesOf, refuse, wholeNumber } from './commandLine.ts';
import { type MeasuredPair, type MeasuredRun, readRuns, tablesOf } from './teach/measured.ts';
import { type TeachingPairs, teachingPairs, type Variant, type VariantName, variants } from './teach/variants.ts';
import { sequencesFile, trainOnce } from './trainOnce.ts';

/** Pairs whose loss counts, and how many of the first are also completed. */
const most = { file: { pairs: 200, completed: 80 }, time: { pairs: 120, completed: 40 } } as const;
const tokensPerStep = 1024;
/** Concurrent runs share a machine best with one thread each; the number of steps is fixed, so load changes no figure. */
const threads = 1;

const USAGE = `usage: npm run bench -- teach FOLDER --variant NAME [--tokens N] --out FILE.json
       npm run bench -- teach --table FILE.json...

Does it teach? Tunes the bundled base on a repository from pairs made in one of several ways, with the same number of tokens each, and
measures it on pairs that are the same for all: of held-out files, and of what the newest commits added.

options:
  --variant NAME   ${Object.keys(variants).join(', ')}
  --tokens N       learned (80000)
  --out FILE       of the figures
  --table          print the figures of these files
  --json           end with one line of JSON`;

const { values, positionals } = commandLine(
  USAGE,
  {
    variant: { type: 'string' },
    tokens: { type: 'string', default: '80000' },
    out: { type: 'string' },
    table: { type: 'boolean', default: false },
  },
  Number.POSITIVE_INFINITY,
);
if (values.table) {
  if (positionals.length === 0) refuse('--table takes the files of figures.');
  const runs = readRuns(positionals);
  console.log(values.json ? barsLine([], { runs }) : tablesOf(runs));
} else {
  if (positionals.length !== 1) refuse('Name one folder to tune on.');
  const known = Object.keys(variants) as VariantName[];
  const [name, ...others] = namesOf(
    '--variant',
    values.variant ?? refuse(`--variant takes ${known.join(', ')}.`),
    known,
  );
  if (name === undefined || others.length > 0) refuse('--variant takes one name.');
  if (values.out === undefined) refuse('--out names the file of the figures.');
  const tokens = wholeNumber('--tokens', values.tokens, tokensPerStep);
  const run = await teach(resolve(positionals[0] as string), name, tokens);
  if (run.pairs.length === 0) throw new Error(`${run.repository} has no pair to measure on: nothing is shown.`);
  await writeFile(values.out, JSON.stringify(run));
  const { repository, pairs, seconds } = run;
  const said = `${repository}, ${name}: ${pairs.length} pairs measured, ${seconds.toFixed(0)} s of training`;
  console.log(values.json ? barsLine([], { repository, name, pairs: pairs.length, seconds }) : said);
}

async function teach(folder: string, name: VariantName, tokens: number): Promise<MeasuredRun> {
  const variant: Variant = variants[name];
  const pairs = await teachingPairs(folder, variant);
  const scratch = await mkdtemp(join(tmpdir(), 'repotune-teach-'));
  const engine = createCompletionEngine();
  try {
    const model = await engine.load({ modelPath: bundledModelPath(), contextTokens: 1024, device: 'cpu', threads });
    const serving = { engine, model };
    const trained = variant.train === null ? null : await train(scratch, pairs, serving, tokens);
    const adapter = trained && { id: name, path: trained.adapter, scale: 1 };
    return {
      repository: basename(folder),
      variant: name,
      trainTokens: trained?.tokens ?? 0,
      trainPairs: trained?.pairs ?? 0,
      seconds: trained?.seconds ?? 0,
      pairs: [
        ...(await measure('file', pairs.byFile, serving, adapter)),
        ...(await measure('time', pairs.byTime, serving, adapter)),
      ],
    };
  } finally {
    await engine.dispose();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function train(scratch: string, { train, byFile }: TeachingPairs, serving: LoadedEngine, tokens: number) {
  // Short pairs have 150 tokens: more pairs than needed would only take time to tokenize.
  const learned = await new Preparation(train, serving).train(Math.ceil(tokens / 150), 1);
  const steering = await new Preparation(byFile, serving).steering(most.file.pairs);
  await writeSequences(join(scratch, sequencesFile), [...learned.sequences, ...steering]);
  const steps = Math.round(tokens / tokensPerStep);
  const planned = planSchedule({
    trainTokens: learned.tokens,
    parameters: serving.model.parameters,
    maxSeconds: 3600,
  });
  const trained = await trainOnce(
    scratch,
    trainerConfig({ folder: '', modelPath: bundledModelPath(), baseType: 'q4_0', seed: 1, threads }, serving.model),
    {
      ...planned,
      steps,
      tokensPerStep,
      warmupSteps: Math.max(1, Math.round(steps * 0.05)),
      evaluateEvery: Math.max(5, Math.round(steps / 4)),
    },
  );
  return { ...trained, tokens: trained.steps * tokensPerStep, pairs: learned.pairs.length };
}

async function measure(
  heldOut: MeasuredPair['heldOut'],
  dataset: Dataset,
  serving: LoadedEngine,
  adapter: AdapterRef | null,
): Promise<MeasuredPair[]> {
  const { pairs, samples } = await new Preparation(dataset, serving).heldOut(most[heldOut].pairs);
  const scores = await new Scorer(serving, await LossStore.open(null)).score(adapter, samples);
  const measured: MeasuredPair[] = [];
  for (const [i, pair] of pairs.entries()) {
    const completed =
      i < most[heldOut].completed ? await completePlace(pair, serving, dataset.repository, adapter) : null;
    measured.push({
      place: `${pair.path}:${pair.startByte}:${pair.commit.slice(0, 12)}`,
      heldOut,
      kind: pair.kind,
      nll: scores[i]!.nll,
      tokens: scores[i]!.tokens,
      exact: completed && (completed.verdict?.exact ?? false),
    });
  }
  return measured;
}
