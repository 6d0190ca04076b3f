import { resolve } from 'node:path';
import { barsLine } from '../bars.ts';
import { mineRepository } from '../mining/index.ts';
import type { Dataset } from '../mining/types.ts';
import { type Command, parse, UsageError } from './command.ts';
import { grid, StatusLine } from './terminal.ts';

export const mineCommand: Command = {
  summary: 'Shows what a folder would be tuned on: files taken and left out, pairs by language and kind.',
  usage: '[folder] [--files] [--json]',
  async run(args, signal) {
    const { values, positionals } = parse(args, { files: { type: 'boolean' }, json: { type: 'boolean' } });
    if (positionals.length > 1) throw new UsageError('one folder at a time');
    const line = new StatusLine(process.stderr);
    const folder = resolve(positionals[0] ?? '.');
    const dataset = await mineRepository(
      { folder },
      ({ stage, filesDone, filesTotal }) => line.show(`${stage} ${filesDone}/${filesTotal}`),
      signal,
    ).finally(() => line.clear());
    if (values.json) {
      const { files, pairs, ...rest } = dataset;
      console.log(barsLine([], { ...rest, files: files.length, pairs: pairs.length, byKind: counts(dataset) }));
      return 0;
    }
    if (values.files) {
      for (const { path, verdict, reason } of dataset.files)
        console.log(`${verdict === 'taken' ? 'taken   ' : 'left out'} ${path}${reason ? ` (${reason})` : ''}`);
    }
    console.log(summary(dataset));
    return 0;
  },
};

interface Count {
  readonly language: string;
  readonly kind: string;
  train: number;
  heldOut: number;
}

function counts({ pairs }: Dataset): Count[] {
  const byKey = new Map<string, Count>();
  for (const { language, kind, split } of pairs) {
    const key = `${language} ${kind}`;
    const count = byKey.get(key) ?? { language, kind, train: 0, heldOut: 0 };
    count[split === 'train' ? 'train' : 'heldOut']++;
    byKey.set(key, count);
  }
  return [...byKey.values()].sort((a, b) => a.language.localeCompare(b.language) || b.train - a.train);
}

function summary(dataset: Dataset): string {
  const taken = dataset.files.filter(({ verdict }) => verdict === 'taken').length;
  const reasons = Map.groupBy(
    dataset.files.filter(({ reason }) => reason !== undefined),
    ({ reason }) => reason,
  );
  const leftOut = [...reasons].map(([reason, files]) => `  ${files.length} ${reason}`).join('\n');
  const rows = counts(dataset).map(({ language, kind, train, heldOut }) => [
    `${language} ${kind}`,
    String(train),
    String(heldOut),
  ]);
  return [
    `${dataset.root}: ${taken} of ${dataset.files.length} files taken, ${dataset.pairs.length} pairs`,
    ...(leftOut === '' ? [] : [`left out:\n${leftOut}`]),
    grid(['pairs', 'train', 'held out'], rows),
    ...dataset.warnings,
  ].join('\n');
}
