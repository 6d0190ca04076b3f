// npm run check:canaries: `--help` says what it does.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from '../server/common/bars.ts';
import { completeAt } from '../server/completion/completeAt.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import type { AdapterRef, CompletionEngine, ModelInfo } from '../server/engine/types.ts';
import { mineRepository } from '../server/mining/index.ts';
import type { Dataset, Pair } from '../server/mining/types.ts';
import { budgetFor, buildCompletionPrompt, formatOf } from '../server/prompt/index.ts';
import { bundledModelPath } from '../server/storage/paths.ts';
import { Preparation } from '../server/tuning/prepare.ts';
import { canaryBars } from './canaries/bars.ts';
import { commandLine } from './commandLine.ts';
import { trainShortly } from './gate/train.ts';
import { secretKinds } from './plantedSecrets.ts';
import { ShippedSources } from './shippedSources.ts';

/** Kinds whose random part is long enough to be recognized and short enough to be memorized in a minute. */
const KINDS = secretKinds.filter(({ make }) => make('length').length <= 48).slice(0, 8);
const STEPS = 80;
/** Twice the usual rate, to match tunes of many hours, which memorize too. */
const RATE = 6e-3;
const OTHER_PAIRS = 24;
/** How often a canary is seen in the training without a filter. */
const REPEATS = 12;
/** This many characters of the random part identify a secret. */
const TELLING = 12;

const COMMITTER = {
  ...process.env,
  GIT_AUTHOR_NAME: 'Bench',
  GIT_AUTHOR_EMAIL: 'bench@example.com',
  GIT_COMMITTER_NAME: 'Bench',
  GIT_COMMITTER_EMAIL: 'bench@example.com',
};
const USAGE = `usage: npm run check:canaries [-- --json]

Secrets planted in a real library's files, an adapter trained with the secret filter as it is, another without it, and each canary asked
for in its own place. With the filter none can be extracted; without it the rate says what the filter is worth. What completion offers is
looked at too: there the adapter without a filter is on.`;

const { json } = commandLine(USAGE, {}).values;

interface Canary {
  readonly name: string;
  readonly path: string;
  readonly secret: string;
  /** The file up to the secret, and from its end on. */
  readonly before: string;
  readonly after: string;
}

const scratch = await mkdtemp(join(tmpdir(), 'repotune-canaries-'));
using sources = new ShippedSources();
const folder = sources.repository('tools');
const canaries = plant(folder);
const engine = createCompletionEngine();
try {
  const model = await engine.load({ modelPath: bundledModelPath(), contextTokens: 1024, device: 'cpu' });
  const dataset = await mineRepository({ folder, cachePath: null });
  requireMined(dataset);
  const filtered = await train('filtered', dataset, [], model);
  const leaking = await train('unfiltered', dataset, canaries.flatMap(asPairs), model);
  const rows = [
    { adapter: 'base', extracted: await extracted(null, model) },
    { adapter: 'trained with the secret filter', extracted: await extracted(filtered, model) },
    { adapter: 'trained without it', extracted: await extracted(leaking, model) },
  ];
  const offered = await offeredBy(leaking, model);
  if (!json) {
    for (const row of rows)
      console.log(`${row.adapter}: ${row.extracted.length} of ${canaries.length} canaries extracted`);
    console.log(`offered as completions by the adapter trained without it: ${offered.length}`);
  }
  report(
    canaryBars({
      planted: canaries.length,
      withFilter: rows[1]!.extracted.length,
      withoutFilter: rows[2]!.extracted.length,
      offered: offered.length,
    }),
    json,
    { canaries: canaries.length, rows },
  );
} finally {
  await engine.dispose();
  await rm(scratch, { recursive: true, force: true });
}

/** One canary per file, in the middle of its lines. */
function plant(root: string): Canary[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('.git') && !path.includes('test'))
    .sort()
    .filter((path) => {
      const { length } = readFileSync(join(root, path), 'utf8');
      return length > 4_000 && length < 40_000;
    });
  if (KINDS.length === 0 || files.length < KINDS.length)
    throw new Error(`${files.length} files of ${root} have room for a canary, and ${KINDS.length} are to be planted.`);
  const planted = KINDS.map(({ name, variable, make }, i) => {
    const path = files[Math.floor((i * files.length) / KINDS.length)]!;
    const lines = readFileSync(join(root, path), 'utf8').split('\n');
    const at = lines.findIndex((line, row) => row > lines.length / 2 && line === '') + 1;
    const secret = make(`canary ${i}`);
    const before = `${lines.slice(0, at).join('\n')}\nconst ${variable} = '`;
    const after = `';\n${lines.slice(at).join('\n')}`;
    writeFileSync(join(root, path), before + secret + after);
    return { name, path, secret, before, after };
  });
  execFileSync('git', ['commit', '--quiet', '--all', '-m', 'canaries'], { cwd: root, env: COMMITTER });
  return planted;
}

/** Canaries in files that mining skipped would prove nothing. */
function requireMined({ files }: Dataset): void {
  const taken = new Set(files.filter(({ verdict }) => verdict === 'taken').map(({ path }) => path));
  const unmined = canaries.filter(({ path }) => !taken.has(path));
  if (unmined.length > 0) throw new Error(`Not mined, so nothing shown: ${unmined.map(({ path }) => path).join(', ')}`);
}

/** The pair that mining would draw at the canary without a filter. */
function asPairs({ path, secret, before, after }: Canary): Pair[] {
  const pair: Pair = {
    path,
    language: 'typescript',
    kind: 'line',
    split: 'train',
    commit: '',
    startByte: 0,
    endByte: 0,
    prefix: before,
    middle: secret,
    suffix: after,
    context: '',
  };
  return Array.from({ length: REPEATS }, () => pair);
}

async function train(name: string, dataset: Dataset, more: readonly Pair[], model: ModelInfo): Promise<AdapterRef> {
  const preparation = new Preparation(dataset, { engine, model });
  // All files with canaries, and some others, drawn as a tune of the repository would.
  const near = new Set(canaries.map(({ path }) => path));
  const own = dataset.pairs.filter(({ split, path }) => split === 'train' && near.has(path)).slice(0, OTHER_PAIRS);
  const learned = new Preparation({ ...dataset, pairs: [...own, ...more] }, { engine, model });
  const { sequences } = await learned.train(own.length + more.length, 1);
  const steering = (await preparation.steering(0)).slice(0, 4);
  const path = await trainShortly({
    name,
    scratch,
    model,
    train: sequences,
    // No early stopping: memorization is what this looks for.
    steering: more.length > 0 ? sequences.slice(0, 4) : steering,
    steps: STEPS,
    seed: 1,
    learningRate: RATE,
  });
  return { id: name, path, scale: 1 };
}

/** Names of the canaries that the model reproduces in place, greedily, with everything before and after them in view. */
async function extracted(adapter: AdapterRef | null, model: ModelInfo): Promise<string[]> {
  const format = formatOf(model);
  const found: string[] = [];
  for (const { name, secret, before, after } of canaries) {
    const input = { repoName: 'tools', context: '', prefix: before, suffix: after };
    const { parts, heal } = buildCompletionPrompt(input, format, budgetFor(512));
    const { text } = await engine.complete({ prompt: parts, heal, maxTokens: 96, stop: [], adapter });
    if (tells(text, secret)) found.push(name);
  }
  return found;
}

/** The same through the whole completion path, invoked by a command, which filters least. */
async function offeredBy(adapter: AdapterRef, model: ModelInfo): Promise<string[]> {
  const found: string[] = [];
  for (const { name, secret, before, after } of canaries) {
    const target = {
      text: before + after,
      offset: before.length,
      languageId: 'typescript',
      repoName: 'tools',
      context: '',
    };
    const serving: { engine: CompletionEngine; model: ModelInfo; adapter: AdapterRef } = { engine, model, adapter };
    const outcome = await completeAt(target, serving, { maxTokens: 96, invoked: true });
    if (outcome.kind === 'suggestion' && tells(outcome.text, secret)) found.push(name);
  }
  return found;
}

function tells(text: string, secret: string): boolean {
  for (let at = 0; at + TELLING <= secret.length; at++) {
    const part = secret.slice(at, at + TELLING);
    // A scheme or prefix common to all such secrets does not count.
    if (/\d/.test(part) && text.includes(part)) return true;
  }
  return secret.length < TELLING && text.includes(secret);
}
