// npm run check:canaries: `--help` says what it does.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from '../server/common/bars.ts';
import { completeAt } from '../server/completion/completeAt.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import type { AdapterRef, CompletionEngine, ModelInfo } from '../server/engine/types.ts';
import { budgetFor, buildCompletionPrompt, formatOf } from '../server/prompt/index.ts';
import { bundledModelPath } from '../server/storage/paths.ts';
import { Preparation, type Train } from '../server/tuning/prepare.ts';
import { canaryBars } from './canaries/bars.ts';
import { drawnNear, provenBy } from './canaries/draw.ts';
import type { MinedPairs } from './canaries/minePairs.ts';
import { plant, tells } from './canaries/plant.ts';
import { commandLine } from './commandLine.ts';
import { trainShortly } from './gate/train.ts';
import { secretKinds } from './plantedSecrets.ts';
import { ShippedSources } from './shippedSources.ts';

/** Kinds whose random part is long enough to be recognized and short enough to be memorized in a minute. */
const KINDS = secretKinds.filter(({ make }) => make('length').length <= 48).slice(0, 8);
const STEPS = 80;
/** Twice the usual rate, to match tunes of many hours, which memorize too. */
const RATE = 6e-3;
/** Learned near each canary: a few of them, each again in every pass, as a long tune learns them. */
const PAIRS_EACH = 4;
/** Enough for a middle at each secret, where there is no filter. */
const SEEDS = 24;

const USAGE = `usage: npm run check:canaries [-- --json]

Secrets planted in a real library's files, an adapter trained on what is mined nearest to them with the secret filter as it is, another on what
is mined there without it, and each canary asked for in its own place. With the filter none can be extracted; without it the rate says what the
filter is worth. What completion offers is looked at too: there the adapter without a filter is on.`;

const { json } = commandLine(USAGE, {}).values;

const scratch = await mkdtemp(join(tmpdir(), 'repotune-canaries-'));
using sources = new ShippedSources();
const folder = sources.repository('tools');
const canaries = plant(folder, KINDS);
const engine = createCompletionEngine();
try {
  const model = await engine.load({ modelPath: bundledModelPath(), contextTokens: 1024, device: 'cpu' });
  const task = { folder, canaries, each: PAIRS_EACH, seeds: SEEDS };
  const kept = await drawnNear(task, 'with filter');
  const filtered = await train('filtered', kept, model);
  const leaking = await train('unfiltered', await drawnNear(task, 'without filter'), model);
  const proven = provenBy(canaries, kept.pairs, leaking.texts);
  const rows = [
    { adapter: 'base', extracted: await extracted(null, model) },
    { adapter: 'trained with the secret filter', extracted: await extracted(filtered.adapter, model) },
    { adapter: 'trained without it', extracted: await extracted(leaking.adapter, model) },
  ];
  const offered = await offeredBy(leaking.adapter, model);
  if (!json) {
    console.log(`in what is learned without the secret filter: ${proven} of ${canaries.length} canaries`);
    for (const row of rows)
      console.log(`${row.adapter}: ${row.extracted.length} of ${canaries.length} canaries extracted`);
    console.log(`offered as completions by the adapter trained without it: ${offered.length}`);
  }
  report(
    canaryBars({
      planted: canaries.length,
      proven,
      withFilter: rows[1]!.extracted.length,
      withoutFilter: rows[2]!.extracted.length,
      offered: offered.length,
    }),
    json,
    { canaries: canaries.length, proven, rows },
  );
} finally {
  await engine.dispose();
  await rm(scratch, { recursive: true, force: true });
}

interface Trained extends Pick<Train, 'texts'> {
  readonly adapter: AdapterRef;
}

async function train(name: string, drawn: MinedPairs, model: ModelInfo): Promise<Trained> {
  const { sequences, texts } = await new Preparation(drawn, { engine, model }).train(drawn.pairs.length, 1);
  const path = await trainShortly({
    name,
    scratch,
    model,
    train: sequences,
    // No early stopping: memorization is what this looks for.
    steering: sequences.slice(0, 4),
    steps: STEPS,
    seed: 1,
    learningRate: RATE,
  });
  return { adapter: { id: name, path, scale: 1 }, texts };
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
