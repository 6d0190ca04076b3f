import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { resolve } from 'node:path';
import { barsLine } from '../common/bars.ts';
import { grid } from '../common/format.ts';
import { mineRepository } from '../mining/index.ts';
import { datasetLines } from '../mining/jsonl.ts';
import { type MiningReport, reportOf, samplePairs, showPair } from '../mining/report.ts';
import type { Dataset } from '../mining/types.ts';
import { type Command, numberOf, oneOf, parse, UsageError } from './command.ts';
import { StatusLine } from './terminal.ts';

export const mineCommand: Command = {
  summary: 'Shows what a folder would be tuned on: the files taken and left out, and the pairs by language and kind.',
  usage:
    '[folder] [--report] [--samples N] [--files] [--out FILE.jsonl] [--no-history] [--context CHARS] [--split file|time] [--seed N] [--json]',
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
    const samples = numberOf(values.samples, 'samples', 0, 10_000) ?? 10;
    const seed = numberOf(values.seed, 'seed', 0, 2 ** 31);
    const line = new StatusLine(process.stderr);
    const dataset = await mineRepository(
      {
        folder: resolve(positionals[0] ?? '.'),
        history: values.history ?? true,
        contextChars: numberOf(values.context, 'context', 0, 100_000) ?? 0,
        split: { by: oneOf(values.split, 'split', ['file', 'time']) ?? 'file' },
        ...(seed === undefined ? {} : { seed }),
      },
      ({ stage, filesDone, filesTotal, bytesDone }) =>
        line.show(`${stage} ${filesDone}/${filesTotal} files, ${(bytesDone / 1e6).toFixed(1)} MB`),
      signal,
    ).finally(() => line.clear());
    if (values.out !== undefined) await writeDataset(resolve(values.out), dataset);
    const report = reportOf(dataset);
    if (values.json) {
      const { root, commit, digest, warnings, statistics } = dataset;
      console.log(barsLine([], { root, commit, digest, warnings, statistics, report }));
      return 0;
    }
    if (values.files)
      for (const { path, reason } of dataset.files)
        console.log(`${reason === undefined ? 'taken   ' : 'left out'} ${path}${reason ? ` (${reason})` : ''}`);
    console.log(summary(dataset, report));
    if (values.report) for (const pair of samplePairs(dataset.pairs, samples)) console.log(`\n${showPair(pair)}`);
    return 0;
  },
};

/** Under a temporary name first: a full disk must not leave half a dataset under the real one. */
async function writeDataset(path: string, dataset: Dataset): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const out = createWriteStream(temporary, { flush: true });
  for (const line of datasetLines(dataset)) if (!out.write(`${line}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
  await rename(temporary, path);
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
  const kinds = Object.entries(report.kinds).map(([kind, { train, heldOut, medianBytes }]) => [
    kind,
    String(train),
    String(heldOut),
    String(medianBytes),
  ]);
  return [
    `${root}: ${report.filesTaken} of ${files.length} files, ${statistics.lines} lines, ${pairs.length} pairs (${heldOut} held out${report.tooFewToJudge ? ', too few for an evaluation' : ''})`,
    ...(leftOut.length === 0 ? [] : ['left out', ...leftOut]),
    '',
    grid(['language', 'files', 'size', 'pairs'], languages),
    '',
    grid(['kind', 'train', 'held out', 'median bytes'], kinds),
    '',
    `middles: about ${report.middleTokens.train} tokens for training, ${report.middleTokens.heldOut} held out; context: ${report.contextTokens}`,
    `${report.duplicateFiles} duplicate files, ${report.repeatedMiddles} repeated middles, ${report.secretLines} lines with secrets; ` +
      `${report.heldOutDroppedPercent.toFixed(1)} % of held-out pairs dropped because training has them too`,
    `digest ${digest}`,
    ...warnings,
  ].join('\n');
}
