// npm run check:leakage: `--help` says what it does.
import { basename } from 'node:path';
import { report } from '../server/common/bars.ts';
import { EditSets } from '../server/mining/edits/sets.ts';
import { mineRepository } from '../server/mining/index.ts';
import { enoughHeldOut } from '../server/mining/report.ts';
import type { MinedSets } from '../server/mining/sets.ts';
import type { Dataset, MineOptions, Pair } from '../server/mining/types.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { mineSplits } from '../server/tuning/splits.ts';
import { commandLine } from './commandLine.ts';
import { type EditRow, leakageBars, type Row } from './leakage/bars.ts';
import { ShippedSources } from './shippedSources.ts';

const windowTokens = 50;
/** A line with this many letters and digits is distinctive. */
const TELLING_UNITS = 24;
const USAGE = `usage: npm run check:leakage -- [FOLDER...] [--json]

Whether any 50-token window of a held-out middle stands in the text that training sees: by brute force over the finished datasets, with
none of mining's own hashing. Both splits are looked at, where there is history, and what a tune makes of them; so are the answers of held-out
edits, line by line. Without a FOLDER, the sources that three dependencies ship are looked at, and this checkout for its history.`;

const {
  values: { json },
  positionals: folders,
} = commandLine(USAGE, {}, Number.POSITIVE_INFINITY);

using sources = new ShippedSources();
const rows: Row[] = [];
const editRows: EditRow[] = [];
for (const folder of folders.length > 0
  ? folders
  : [...['msal', 'huggingface', 'llama.cpp'].map((name) => sources.repository(name)), packageRoot]) {
  for (const by of ['file', 'time'] as const) {
    const options: MineOptions = { folder, history: true, contextChars: 600, split: { by }, cachePath: null };
    // Sources shipped by dependencies have only one commit.
    const dataset = await mineRepository(options).catch((error: Error) =>
      by === 'time' ? error.message : Promise.reject(error),
    );
    if (typeof dataset !== 'string') rows.push(judge(basename(folder), by, dataset, []));
    else if (!json) console.log(`${basename(folder)}, split by time: ${dataset}`);
  }
  const tuned = await mineSplits({ folder, byTime: true }, null, () => {}, new AbortController().signal);
  rows.push(judge(basename(folder), 'both, as a tune does it', tuned.dataset, tuned.byTime?.pairs ?? []));
  editRows.push(await judgeEdits(folder, tuned));
}
if (!json) {
  for (const { repository, split, heldOut, droppedPercent, sharedWindows, windows } of rows) {
    const few = heldOut < enoughHeldOut ? ', too few for an evaluation' : '';
    const dropped = Number.isNaN(droppedPercent) ? 'none' : `${droppedPercent.toFixed(1)} %`;
    console.log(
      `${repository}, split by ${split}: ${heldOut} held-out pairs${few}, ${dropped} dropped, ${sharedWindows} of ${windows} windows shared`,
    );
  }
}
if (!json)
  for (const { repository, heldOut, dropped, sharedLines } of editRows)
    console.log(
      `${repository}, edits: ${heldOut} held out, ${dropped} dropped, ${sharedLines} of their new lines learned`,
    );
report(leakageBars(rows, editRows), json, { repositories: rows, edits: editRows });

async function judgeEdits(folder: string, sets: MinedSets): Promise<EditRow> {
  const edits = new EditSets(folder, sets);
  const learned = await edits.learned(3000);
  const all = await edits.heldOut(2000, [], 'leaked-too');
  const heldOut = await edits.heldOut(2000, learned);
  const seen = new Set<string>();
  const see = (text: string): void => {
    for (const line of text.split('\n')) seen.add(line.trim());
  };
  for (const { split, prefix, middle, suffix } of sets.dataset.pairs)
    if (split === 'train') see(prefix + middle + suffix);
  for (const { situation, updated } of learned) {
    const changed = situation.recent.flatMap(({ before, after }) => [...before, ...after]);
    see([...situation.lines, ...changed, ...updated].join('\n'));
  }
  const shared = heldOut.flatMap(({ situation: { lines, region }, updated }) => {
    const there = new Set(lines.slice(region.from, region.to).map((line) => line.trim()));
    const fresh = updated.map((line) => line.trim()).filter((line) => !there.has(line));
    return fresh.filter((line) => line.replace(/\W/g, '').length >= TELLING_UNITS && seen.has(line));
  });
  return {
    repository: basename(folder),
    heldOut: heldOut.length,
    dropped: all.length - heldOut.length,
    sharedLines: shared.length,
  };
}

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
    // All pairs of one version of a file share its text.
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
    droppedPercent: (100 * (heldOutBefore - heldOutAfter)) / heldOutBefore,
    sharedWindows: shared.size,
    windows: wanted.size,
  };
}
