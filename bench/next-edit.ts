// npm run bench -- next-edit: `--help` says what it measures.
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { report } from '../server/common/bars.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import { inspectModel } from '../server/models/inspect.ts';
import { LEAST_SURENESS } from '../server/nextEdit/filters/unsure.ts';
import { contextTokensFor } from '../server/prompt/index.ts';
import { sha256OfModel } from '../server/storage/hash.ts';
import { commandLine, numberWithin, positiveNumber, refuse, wholeNumber, wholeNumberIfGiven } from './commandLine.ts';
import { benchCache } from './complete/shapeModel.ts';
import { claim, madeOf } from './nextEdit/claim.ts';
import {
  ARMS,
  type ArmFigures,
  type ArmName,
  barsOf,
  chooseSureness,
  figuresOf,
  type Judged,
  tableOf,
} from './nextEdit/figures.ts';
import { NextEditRun } from './nextEdit/run.ts';
import { shown } from './nextEdit/show.ts';

const USAGE = `usage: npm run bench -- next-edit REPOSITORY... --model GGUF [options]

Next edits at moments of commits that no adapter has learned: exactly the right region, what is shown and right, and silence where nothing is
to be done. Arms on the same places: base, tuned, other (tuned on another repository), repeat (the plain program that repeats the last change),
once-more (what is proposed without a model) and copilot-like (the base with diffs and instructions). When to keep silent is chosen for the
tuned arm on half of the commits; all else is reported for the others.
Results are kept in the work folder: the same command resumes where it was stopped, unless a repository has new commits.

options:
  --other REPOSITORY    whose adapter serves the arm other; without it the next of the repositories
  --examples N          of each repository (100)
  --minutes N           of each tune (11)
  --tokens N            of each tune, however long that takes, instead of minutes
  --edit-share N        share of edits in what a tune learns; the rest are completion pairs (1)
  --completions N       also report the loss on so many held-out completions of each repository (0)
  --learning-rate N
  --arms ARM[,ARM]      ${ARMS.join(', ')} (all)
  --threads N
  --work FOLDER         where results are kept
  --show N              print so many places with what each arm did there (0)
  --json                end with one line of JSON`;

const { values, positionals } = commandLine(
  USAGE,
  {
    model: { type: 'string' },
    other: { type: 'string' },
    examples: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '11' },
    tokens: { type: 'string' },
    'edit-share': { type: 'string', default: '1' },
    completions: { type: 'string', default: '0' },
    'learning-rate': { type: 'string' },
    arms: { type: 'string', default: ARMS.join(',') },
    threads: { type: 'string', default: '0' },
    work: { type: 'string' },
    show: { type: 'string', default: '0' },
  },
  Number.POSITIVE_INFINITY,
);
const arms = values.arms.split(',') as ArmName[];
const unknown = arms.find((arm) => !ARMS.includes(arm));
const [examples, minutes] = [wholeNumber('--examples', values.examples), positiveNumber('--minutes', values.minutes)];
const editShare = numberWithin('--edit-share', values['edit-share'], 0, 1);
const rate = values['learning-rate'];
const learningRate = rate === undefined ? undefined : positiveNumber('--learning-rate', rate);
const tokens = wholeNumberIfGiven('--tokens', values.tokens) ?? null;
const [threads, mostShown] = [wholeNumber('--threads', values.threads, 0), wholeNumber('--show', values.show, 0)];
const completions = wholeNumber('--completions', values.completions, 0);
if (positionals.length === 0) refuse('Name the repositories whose edits are asked for.');
if (values.model === undefined)
  refuse('Name a model that knows <|file_sep|>, for example Qwen2.5-Coder: the bundled one does not.');
if (unknown !== undefined) refuse(`There is no arm ${unknown}.`);
const say = (text: string): void => {
  const seconds = Math.round(performance.now() / 1000);
  console.error(`${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}  ${text}`);
};

const modelPath = resolve(values.model);
const folders = positionals.map((path) => resolve(path));
const named = values.other === undefined ? null : resolve(values.other);
const asked = folders.map((folder, i) => {
  const next = folders[(i + 1) % folders.length]!;
  return { folder, other: named ?? (next === folder ? null : next) };
});
const sha256 = await sha256OfModel(modelPath);

const engine = createCompletionEngine();
const completionLoss: Record<string, Record<'base' | 'tuned', number>> = {};
const found = new Map<string, Map<ArmName, Judged[]>>();
try {
  const contextTokens = contextTokensFor((await inspectModel(modelPath)).contextLength);
  const model = await engine.load({ modelPath, contextTokens, device: 'cpu', threads });
  const options = [
    `--examples ${examples} --edit-share ${editShare} --threads ${threads}`,
    tokens === null ? `--minutes ${minutes}` : `--tokens ${tokens}`,
    ...(learningRate === undefined ? [] : [`--learning-rate ${learningRate}`]),
  ].join(' ');
  const conditions = { model, sha256, options };
  // Made otherwise, it is another run, which cannot reuse these results. With more arms it goes on.
  const key = JSON.stringify(await madeOf(asked, conditions));
  const name = `${basename(modelPath, '.gguf')}-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
  const work = values.work === undefined ? join(benchCache, 'next-edit', name) : resolve(values.work);
  say(`work folder: ${work}`);
  const claimed = arms.includes('other') ? asked : asked.map(({ folder }) => ({ folder, other: null }));
  const refusal = claim(work, await madeOf(claimed, conditions));
  if (refusal !== null) {
    await engine.dispose();
    refuse(refusal);
  }
  const run = new NextEditRun({
    serving: { engine, model },
    examples,
    arms,
    minutes,
    tokens,
    editShare,
    learningRate,
    threads,
    work,
    say,
  });
  for (const { folder, other } of asked) {
    found.set(basename(folder), await run.judge(folder, other));
    if (completions > 0) {
      const loss = await run.completionLoss(folder, completions);
      completionLoss[basename(folder)] = loss;
      say(
        `${basename(folder)}, held-out completions: ${loss.base.toFixed(4)} -> ${loss.tuned.toFixed(4)} nats a token`,
      );
    }
    if (mostShown > 0) console.error(shown(found.get(basename(folder))!, mostShown));
  }
} finally {
  await engine.dispose();
}

const all = (arm: ArmName): Judged[] => [...found.values()].flatMap((of) => of.get(arm) ?? []);
const half = (judged: readonly Judged[], which: 'calibration' | 'report'): Judged[] =>
  judged.filter(({ place }) => place.half === which);
const sureness = arms.includes('tuned') ? chooseSureness(half(all('tuned'), 'calibration')) : LEAST_SURENESS;
const figuresFor = (judgedOf: (arm: ArmName) => Judged[]): Partial<Record<ArmName, ArmFigures>> =>
  Object.fromEntries(
    arms.flatMap((arm) => {
      const reported = half(judgedOf(arm), 'report');
      return reported.length === 0 ? [] : [[arm, figuresOf(reported, arm === 'repeat' ? 0 : sureness)]];
    }),
  );
const repositories = [...found].map(([repository, of]) => ({
  repository,
  arms: figuresFor((arm) => of.get(arm) ?? []),
}));
const together = figuresFor(all);
if (Object.keys(together).length === 0) throw new Error('No next edit was found that could be judged.');
if (!values.json)
  for (const one of [...repositories, { repository: 'all', arms: together }]) console.log(`${tableOf(one)}\n`);
report(barsOf(together), values.json, {
  model: basename(modelPath),
  examples,
  minutes,
  editShare,
  sureness,
  completionLoss,
  repositories,
  all: together,
});
