// npm run check:leakage: `--help` says what it does.
import { basename } from 'node:path';
import { report } from '../server/common/bars.ts';
import { mineRepository } from '../server/mining/index.ts';
import { enoughHeldOut } from '../server/mining/report.ts';
import type { Dataset, MineOptions, Pair } from '../server/mining/types.ts';
import { mineSplits } from '../server/tuning/splits.ts';
import { commandLine } from './commandLine.ts';
import { ShippedSources } from './shippedSources.ts';

const windowTokens = 50;
const USAGE = `usage: npm run check:leakage -- [FOLDER...] [--json]

Whether any 50-token window of a held-out middle stands in the text that training sees: by brute force over the finished datasets, with
none of mining's own hashing. Both splits are looked at, where there is history, and what a tune makes of them. Without a FOLDER, the
sources that three dependencies ship are looked at.`;

const {
  values: { json },
  positionals: folders,
} = commandLine(USAGE, {}, Number.POSITIVE_INFINITY);

interface Row {
  readonly repository: string;
  readonly split: string;
  readonly heldOut: number;
  readonly droppedPercent: number;
  readonly sharedWindows: number;
  readonly windows: number;
}

using sources = new ShippedSources();
const rows: Row[] = [];
for (const folder of folders.length > 0
  ? folders
  : ['msal', 'huggingface', 'llama.cpp'].map((name) => sources.repository(name))) {
  for (const by of ['file', 'time'] as const) {
    const options: MineOptions = { folder, history: true, contextChars: 600, split: { by }, cachePath: null };
    // The sources that dependencies ship have one commit only.
    const dataset = await mineRepository(options).catch((error: Error) =>
      by === 'time' ? error.message : Promise.reject(error),
    );
    if (typeof dataset !== 'string') rows.push(judge(basename(folder), by, dataset, []));
    else if (!json) console.log(`${basename(folder)}, split by time: ${dataset}`);
  }
  const tuned = await mineSplits({ folder, byTime: true }, null, () => {}, new AbortController().signal);
  rows.push(judge(basename(folder), 'both, as a tune does it', tuned.dataset, tuned.byTime?.pairs ?? []));
}
if (!json) {
  for (const { repository, split, heldOut, droppedPercent, sharedWindows, windows } of rows) {
    const few = heldOut < enoughHeldOut ? ', too few for an evaluation' : '';
    console.log(
      `${repository}, split by ${split}: ${heldOut} held-out pairs${few}, ${droppedPercent.toFixed(1)} % dropped, ${sharedWindows} of ${windows} windows shared`,
    );
  }
}
report(
  [
    {
      name: 'shared-windows',
      value: rows.reduce((sum, { sharedWindows }) => sum + sharedWindows, 0),
      op: '<=',
      bar: 0,
    },
    {
      name: 'held-out-dropped-percent',
      value: Math.max(...rows.map(({ droppedPercent }) => droppedPercent)),
      op: '<=',
      bar: 20,
    },
  ],
  json,
  { repositories: rows },
);

function judge(repository: string, split: string, { pairs, statistics }: Dataset, more: readonly Pair[]): Row {
  const ids = new Map<string, number>();
  const tokensOf = (text: string): number[] =>
    (text.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z]|[0-9]+|[^\sA-Za-z0-9_]/g) ?? []).map((token) => {
      let id = ids.get(token);
      if (id === undefined) {
        id = ids.size;
        ids.set(token, id);
      }
      return id;
    });
  const wanted = new Set<string>();
  const starts = new Set<number>();
  const startOf = (tokens: readonly number[], at: number) =>
    (tokens[at] as number) * 2 ** 26 + (tokens[at + 1] as number);
  const heldOut = [...pairs.filter((pair) => pair.split === 'held-out'), ...more];
  for (const { middle } of heldOut) {
    const tokens = tokensOf(middle);
    for (let at = 0; at + windowTokens <= tokens.length; at++) {
      wanted.add(tokens.slice(at, at + windowTokens).join());
      starts.add(startOf(tokens, at));
    }
  }
  const shared = new Set<string>();
  const seen = new Set<string>();
  for (const { path, commit, kind, split, context, prefix, middle, suffix } of pairs) {
    if (split !== 'train') continue;
    const whole = prefix + middle + suffix;
    const texts = [context];
    // The pairs of one version of a file have one text.
    const key = `${path}\0${commit}\0${kind === 'history' ? whole : whole.length}`;
    if (!seen.has(key)) texts.push(whole);
    seen.add(key);
    for (const text of texts) {
      const tokens = tokensOf(text);
      for (let at = 0; at + windowTokens <= tokens.length; at++) {
        if (!starts.has(startOf(tokens, at))) continue;
        const window = tokens.slice(at, at + windowTokens).join();
        if (wanted.has(window)) shared.add(window);
      }
    }
  }
  const { heldOutBefore, heldOutAfter } = statistics;
  return {
    repository,
    split,
    heldOut: heldOut.length,
    droppedPercent: heldOutBefore === 0 ? 0 : (100 * (heldOutBefore - heldOutAfter)) / heldOutBefore,
    sharedWindows: shared.size,
    windows: wanted.size,
  };
}
