// npm run bench -- preference: `--help` says what it measures.
import { basename, join, resolve } from 'node:path';
import { report } from '../server/common/bars.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import { gitText } from '../server/git/git.ts';
import { resolveModel } from '../server/models/bundled.ts';
import { inspectModel } from '../server/models/inspect.ts';
import { contextTokensFor, formatOf } from '../server/prompt/index.ts';
import { sha256OfModel } from '../server/storage/hash.ts';
import { commandLine, namesOf, positiveNumber, refuse, wholeNumber } from './commandLine.ts';
import { benchCache } from './complete/shapeModel.ts';
import { ARMS, type ArmName } from './preference/examples.ts';
import { type PreferenceFigures, tableOf } from './preference/figures.ts';
import { runOn } from './preference/run.ts';
import { hashed, workName } from './preference/workName.ts';

const USAGE = `usage: npm run bench -- preference REPOSITORY... [options]

Whether an adapter improves by learning which of its suggestions were accepted or rejected (KTO, Ethayarajh et al. 2024), beside learning
what was written there. An adapter tuned on half of the files is asked at places in the other half; what an editor shows there counts as
accepted if its first line is right, else as rejected. Every arm continues that adapter with as many tokens, judged at held-out places:
  as-is            the adapter as it is
  kept             supervised on accepted suggestions
  truth            supervised on what was written where something was shown
  kto              KTO on accepted and rejected suggestions
  desirable-truth  KTO on accepted ones, and truth
  kto-truth        KTO on both, and truth
Beside each arm stands the adapter as it is, limited by likelihood to as many lines as the arm shows: what silence alone is worth.
Results are kept in the work folder: the same command resumes where it was stopped.

options:
  --model GGUF          (the bundled one)
  --minutes N           of the tune (3)
  --asked N             places to ask at (600)
  --places N            places to judge at (300)
  --tokens N            that an arm learns (100000)
  --step-tokens N       in one step (2048)
  --beta N              of KTO (0.1)
  --rate N              share of a tune's learning rate (0.3)
  --arms ARM[,ARM]      (all)
  --seed N              (1)
  --threads N
  --work FOLDER         where results are kept
  --json                end with one line of JSON`;

const { values, positionals } = commandLine(
  USAGE,
  {
    model: { type: 'string' },
    minutes: { type: 'string', default: '3' },
    asked: { type: 'string', default: '600' },
    places: { type: 'string', default: '300' },
    tokens: { type: 'string', default: '100000' },
    'step-tokens': { type: 'string', default: '2048' },
    beta: { type: 'string', default: '0.1' },
    rate: { type: 'string', default: '0.3' },
    arms: { type: 'string', default: Object.keys(ARMS).join(',') },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '0' },
    work: { type: 'string' },
  },
  Number.POSITIVE_INFINITY,
);
const arms = namesOf('--arms', values.arms, Object.keys(ARMS) as ArmName[]);
if (positionals.length === 0) refuse('Name the repositories to learn from.');
const [minutes, beta, rateShare] = [positive('minutes'), positive('beta'), positive('rate')];
const [asked, places, tokens, tokensPerStep] = [count('asked'), count('places'), count('tokens'), count('step-tokens')];
const [seed, threads] = [count('seed', 0), count('threads', 0)];

const modelPath = resolve(resolveModel(values.model));
const engine = createCompletionEngine();
const repositories: PreferenceFigures[] = [];
try {
  const contextTokens = contextTokensFor((await inspectModel(modelPath)).contextLength);
  const model = await engine.load({ modelPath, contextTokens, device: 'cpu', threads });
  const base = { model: await sha256OfModel(modelPath), prompts: formatOf(model) };
  for (const folder of positionals.map((path) => resolve(path))) {
    const commit = (await gitText(folder, ['rev-parse', 'HEAD'])) ?? '';
    const name = workName({ repository: basename(folder), commit, ...base, ...{ minutes, asked, places, threads } });
    const work = join(values.work === undefined ? join(benchCache, 'preference') : resolve(values.work), name);
    say(`work folder: ${work}`);
    const figures = await runOn(folder, {
      serving: { engine, model },
      ...{ minutes, asked, places, tokens, tokensPerStep, beta, rateShare, arms, seed, threads, work, say },
      methodName: hashed([tokens, tokensPerStep, beta, rateShare, seed]),
    });
    repositories.push(figures);
    if (values.json) say(tableOf(figures));
    else console.log(`${tableOf(figures)}\n`);
  }
} finally {
  await engine.dispose();
}
const method = { tokens, tokensPerStep, beta, rateShare, seed };
report([], values.json, { model: basename(modelPath), minutes, asked, places, method, repositories });

function positive(name: 'minutes' | 'beta' | 'rate'): number {
  return positiveNumber(`--${name}`, values[name]);
}

function count(name: 'asked' | 'places' | 'tokens' | 'step-tokens' | 'seed' | 'threads', least = 1): number {
  return wholeNumber(`--${name}`, values[name], least);
}

function say(text: string): void {
  const seconds = Math.round(performance.now() / 1000);
  console.error(`${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}  ${text}`);
}
