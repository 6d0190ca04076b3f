import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { barsLine } from '../common/bars.ts';
import { counted, grid, megabytes } from '../common/format.ts';
import { mineOnce, mineRepository } from '../mining/index.ts';
import { datasetLines } from '../mining/jsonl.ts';
import { type MiningReport, reportOf, samplePairs, showPair } from '../mining/report.ts';
import type { Dataset, MineProgress } from '../mining/types.ts';
import { placeForFile, writtenAside } from '../storage/writtenAside.ts';
import { cutForTune } from '../tuning/cuts.ts';
import { type Command, countOf, oneOf, parse, UsageError } from './command.ts';
import { folderAt } from './inputs.ts';
import { StatusLine } from './terminal.ts';

export const mineCommand: Command = {
  summary:
    'Shows what a tune would learn from a folder: the files taken and left out, and the pairs by language and kind. With --split, for one way of holding out.',
  usage: `[folder] [--report] [--samples n] [--files] [--out file.jsonl] [--no-history] [--context chars] [--split file|time] [--seed n] [--json]
         --report, --samples: also prints so many pairs (10) with the code around them; --files: also every file, and why it is left out
         --out: writes all pairs to a file; --no-history: leaves commits out; --context: adds so many characters from other files to a pair`,
  async run(args, signal) {
    const { values, positionals } = parse(args, {
      report: { type: 'boolean' },
      samples: { type: 'string' },
      files: { type: 'boolean' },
      out: { type: 'string' },
      history: { type: 'boolean' },
      context: { type: 'string' },
      split: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (positionals.length > 1) throw new UsageError('name only one folder');
    const samples = countOf(values.samples, 'samples', 0, 10_000) ?? 10;
    const seed = countOf(values.seed, 'seed', 0, 2 ** 31 - 1);
    const out = values.out === undefined ? null : await placeForFile(resolve(values.out));
    const line = new StatusLine(process.stderr);
    const folder = await folderAt(positionals[0]);
    const by = oneOf(values.split, 'split', ['file', 'time']) ?? null;
    const options = {
      folder,
      history: values.history ?? true,
      contextChars: countOf(values.context, 'context', 0, 100_000) ?? 0,
      ...(seed === undefined ? {} : { seed }),
    };
    const tell = ({ stage, filesDone, filesTotal, bytesDone }: MineProgress): void =>
      line.show(
        filesTotal === 0
          ? 'Listing files'
          : `${stage}: ${filesDone} of ${counted(filesTotal, 'file')}${bytesDone > 0 ? `, ${megabytes(bytesDone)}` : ''}`,
      );
    const { dataset, byTime } = await (by === null
      ? mineOnce(options, () => cutForTune(folder, null, signal), tell, signal)
      : mineRepository({ ...options, split: { by } }, tell, signal).then((dataset) => ({ dataset, byTime: null }))
    ).finally(() => line.clear());
    const heldOutByTime = byTime?.pairs.length ?? 0;
    if (out !== null) await writeDataset(out, dataset);
    const report = reportOf(dataset);
    if (values.json) {
      const { root, commit, digest, warnings, statistics } = dataset;
      console.log(barsLine([], { root, commit, digest, warnings, statistics, report, heldOutByTime }));
      return 0;
    }
    if (values.files)
      for (const { path, reason } of dataset.files)
        console.log(`${reason === undefined ? 'taken   ' : 'left out'} ${path}${reason ? ` (${reason})` : ''}`);
    console.log(summary(dataset, report));
    if (heldOutByTime > 0)
      console.log(`${heldOutByTime} more pairs come from the newest commits: held out by time, and not learned`);
    if (values.report || values.samples !== undefined)
      for (const pair of samplePairs(dataset.pairs, samples)) console.log(`\n${showPair(pair)}`);
    return 0;
  },
};

async function writeDataset(path: string, dataset: Dataset): Promise<void> {
  await writtenAside(path, async (aside) => {
    const lines = Readable.from(terminated(datasetLines(dataset)));
    await pipeline(lines, createWriteStream(aside, { flags: 'wx', flush: true }));
  });
}

function* terminated(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

function summary(dataset: Dataset, report: MiningReport): string {
  const { pairs, files, statistics, root, digest, warnings } = dataset;
  const heldOut = pairs.filter(({ split }) => split === 'held-out').length;
  const leftOut = Object.entries(report.leftOut).map(([reason, count]) => `  ${String(count).padStart(6)} ${reason}`);
  const languages = Object.entries(report.languages).map(([language, { files, bytes, pairs }]) => [
    language,
    String(files),
    `${(bytes / 1000).toFixed(0)} kB`,
    String(pairs),
  ]);
  // Fewer are evaluated as well.
  const fewHeldOut =
    report.tooFewHeldOut && heldOut > 0 ? ', few: they show only large differences between adapters' : '';
  const kinds = Object.entries(report.kinds).map(([kind, { train, heldOut, medianBytes }]) => [
    kind,
    String(train),
    String(heldOut),
    String(medianBytes),
  ]);
  return [
    `${root}: ${report.filesTaken} of ${counted(files.length, 'file')}, ${counted(statistics.lines, 'line')}, ${counted(pairs.length, 'pair')} (${heldOut} held out${fewHeldOut})`,
    ...(leftOut.length === 0 ? [] : ['left out', ...leftOut]),
    '',
    grid(['language', 'files', 'size', 'pairs'], languages),
    '',
    grid(['kind', 'train', 'held out', 'median bytes'], kinds),
    '',
    `middles: about ${report.middleTokens.train} tokens for training, ${report.middleTokens.heldOut} held out; context: ${report.contextTokens}`,
    `${counted(report.duplicateFiles, 'duplicate file')}, ${counted(report.repeatedMiddles, 'repeated middle')}, ${counted(report.secretLines, 'line')} (${report.secretLinesPercent.toFixed(2)} %) left out for secrets; ` +
      `${report.heldOutDroppedPercent.toFixed(1)} % of held-out pairs dropped because training has them too`,
    `digest ${digest}`,
    ...warnings,
  ].join('\n');
}
