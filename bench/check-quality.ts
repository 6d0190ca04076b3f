// npm run check:quality: `--help` says what it does.
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AdapterStore, refOf } from '../server/adapters/store.ts';
import { report } from '../server/common/bars.ts';
import { grid } from '../server/common/format.ts';
import { readSettings } from '../server/common/settings.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import type { AdapterRef } from '../server/engine/types.ts';
import { mineRepository } from '../server/mining/index.ts';
import type { Pair } from '../server/mining/types.ts';
import { resolveModel } from '../server/models/bundled.ts';
import { inspectModel } from '../server/models/inspect.ts';
import { contextTokensFor } from '../server/prompt/index.ts';
import { sha256OfModel } from '../server/storage/hash.ts';
import { commandLine, namesOf, wholeNumber } from './commandLine.ts';
import { type Looked, qualityBars } from './quality/bars.ts';
import { asShown, byChance, type Completed, completeAll, summarize } from './quality/completions.ts';
import { halves } from './quality/halves.ts';
import { measureHealing } from './quality/healing.ts';

const LEAST_CHANCES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
/** Cursors of each kind at which healing is compared; each is run twice. */
const MOST_HEALED = 40;
/** As much as fits the bundled base's prompt. */
const CONTEXT_CHARS = 540;

const USAGE = `usage: npm run check:quality -- [FOLDER...] [options]

How good suggestions are at held-out places of real repositories, base and adapter. For other held-out files it tells what
would be shown from which chance on, and how much of that is right.

options:
  --pairs N             held-out places of each folder (60)
  --model GGUF          (the bundled one)
  --only PART[,PART]    adapter, context, healing (all)
  --show N              print so many with what was written there (0)
  --threads N
  --json                end with one line of JSON`;

const { values, positionals } = commandLine(
  USAGE,
  {
    pairs: { type: 'string', default: '60' },
    model: { type: 'string' },
    show: { type: 'string', default: '0' },
    only: { type: 'string', default: 'adapter,context,healing' },
    threads: { type: 'string', default: '0' },
  },
  Number.POSITIVE_INFINITY,
);
const parts = new Set(namesOf('--only', values.only, ['adapter', 'context', 'healing']));
const count = wholeNumber('--pairs', values.pairs);
const [threads, mostShown] = [wholeNumber('--threads', values.threads, 0), wholeNumber('--show', values.show, 0)];
const modelPath = resolve(resolveModel(values.model));
const engine = createCompletionEngine();
const model = await engine.load({
  modelPath,
  contextTokens: contextTokensFor((await inspectModel(modelPath)).contextLength),
  threads,
});
const { maxTokens } = readSettings({}).settings.completions;
const say = (text: string): void => {
  if (!values.json) console.log(text);
};
const percent = (share: number): string => (Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)} %`);

const repositories: unknown[] = [];
const looked: Looked[] = [];
const calibrating: Completed[] = [];
try {
  for (const folder of positionals.length > 0 ? positionals.map((path) => resolve(path)) : [process.cwd()]) {
    const dataset = await mineRepository({
      folder,
      maxTrainPairs: 400,
      // As many again in other files, to estimate the chances.
      maxHeldOutPairs: 2 * count,
      contextChars: CONTEXT_CHARS,
    });
    const [pairs, others] = halves(dataset.pairs.filter(({ split }) => split === 'held-out'));
    const tuned = parts.has('adapter') ? await adapterOf(folder) : null;
    const withoutAdapter = tuned === null && parts.has('adapter');
    say(
      `\n${basename(folder)}: ${pairs.length} held-out places, ${others.length} more for the chances${withoutAdapter ? '; no adapter of this base: tune first to see its row' : ''}`,
    );
    const runs: [string, AdapterRef | null, boolean][] = [['base', null, false]];
    if (tuned !== null) runs.push(['adapter', tuned, false]);
    if (parts.has('context'))
      for (const [name, adapter] of [...runs]) runs.push([`${name}, cross-file`, adapter, true]);
    const rows: Record<string, unknown> = {};
    const table: string[][] = [];
    for (const [name, adapter, withContext] of runs) {
      const run = await completeAll(pairs, { engine, model, adapter, maxTokens, withContext });
      if (name === 'base') looked.push({ asked: run.asked, offered: run.offered.length });
      if (!withContext) {
        const apart = await completeAll(others, { engine, model, adapter, maxTokens, withContext });
        calibrating.push(...apart.offered);
      }
      for (const { pair, text, confidence } of asShown(run).offered.slice(0, mostShown))
        console.error(side(name, pair, text, confidence));
      for (const [label, shown] of [
        [name, run],
        [`${name}, as shown`, asShown(run)],
      ] as const) {
        const row = summarize(shown);
        rows[label] = { ...row, silent: Object.fromEntries(run.silent) };
        table.push([
          label,
          `${row.offered}/${row.asked}`,
          percent(row.exact),
          percent(row.firstLine),
          row.similarity.toFixed(3),
          percent(row.syntaxValid),
          percent(row.endsRight),
          row.charactersPerSecond.toFixed(0),
        ]);
      }
    }
    say(grid(['', 'offered', 'exact', 'first line', 'similarity', 'valid syntax', 'ends right', 'chars/s'], table));
    let healing: unknown = null;
    if (parts.has('healing')) {
      const files = await Promise.all(
        [...new Set(pairs.map(({ path }) => path))].map((path) => readFile(join(folder, path), 'utf8')),
      );
      const healed = await measureHealing(
        files.map((text) => text.replaceAll('\r\n', '\n')),
        Math.min(count, MOST_HEALED),
        { engine, model, adapter: tuned },
      );
      say(
        grid(
          ['next word right', 'cursors', 'healed', 'not healed'],
          healed.map((row) => [row.position, String(row.cases), percent(row.healed), percent(row.plain)]),
        ),
      );
      healing = healed;
    }
    repositories.push({ folder: basename(folder), rows, healing });
  }
} finally {
  await engine.dispose();
}
const calibration = byChance(calibrating, LEAST_CHANCES);
say(`\nchance that the first line is right, ${calibrating.length} suggestions in other files:`);
say(
  grid(
    ['at least', 'kept', 'first line', 'similarity'],
    calibration.map((row) => [
      percent(row.least),
      percent(row.offered),
      percent(row.firstLine),
      row.similarity.toFixed(3),
    ]),
  ),
);
report(qualityBars(looked), values.json, { repositories, calibration });

/** A suggestion at its place, beside what was really written there. */
function side(name: string, { path, prefix, middle, suffix }: Pair, text: string, confidence: number): string {
  const above = prefix.split('\n').slice(-3).join('\n');
  const behind = suffix.split('\n', 1)[0];
  return `--- ${name} ${path} (${confidence.toFixed(2)})\n${above}⟦${text}⟧${behind}\n    written: ⟦${middle}⟧`;
}

/** The active adapter, else the newest for this base: even one that did not help enough to be activated deserves a row. */
async function adapterOf(folder: string): Promise<AdapterRef | null> {
  const { adapters } = await (await AdapterStore.of(folder)).list();
  const sha256 = await sha256OfModel(modelPath);
  const ofBase = adapters.filter(({ manifest }) => manifest.base.sha256 === sha256);
  const chosen = ofBase.find(({ active }) => active) ?? ofBase[0];
  return chosen === undefined ? null : refOf(chosen);
}
