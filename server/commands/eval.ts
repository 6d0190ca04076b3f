import { resolve } from 'node:path';
import { sha256OfModel } from '../adapters/hash.ts';
import { AdapterStore, refOf } from '../adapters/store.ts';
import { barsLine } from '../bars.ts';
import { TuneEvaluation } from '../evaluation/evaluateTune.ts';
import { mineRepository } from '../mining/index.ts';
import { resolveModel } from '../models/bundled.ts';
import { Preparation } from '../tuning/prepare.ts';
import { type Command, numberOf, parse, UsageError } from './command.ts';
import { describeReport } from './reportText.ts';
import { ServingOnce } from './serving.ts';
import { StatusLine } from './terminal.ts';

const DEFAULT_PAIRS = 240;

export const evalCommand: Command = {
  summary: 'Scores the base and an adapter (the active one if none is named) on held-out files of the working tree.',
  usage: '[folder] [--adapter id] [--model file.gguf] [--pairs n] [--json]',
  async run(args, signal) {
    const { values, positionals } = parse(args, {
      adapter: { type: 'string' },
      model: { type: 'string' },
      pairs: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    if (positionals.length > 1) throw new UsageError('one folder at a time');
    const folder = resolve(positionals[0] ?? '.');
    const pairs = numberOf(values.pairs, 'pairs', 1, 100_000) ?? DEFAULT_PAIRS;
    const modelPath = resolve(resolveModel(values.model));
    const store = await AdapterStore.of(folder);
    const adapter = values.adapter === undefined ? await store.active() : await store.find(values.adapter);
    if (adapter === null)
      throw new Error('No adapter serves here. Name one with --adapter, or run repotune tune first.');
    await store.verify(adapter);
    if (adapter.manifest.base.sha256 !== (await sha256OfModel(modelPath))) {
      throw new Error(
        `Adapter ${adapter.id} belongs to the base ${adapter.manifest.base.name}. Pass that with --model.`,
      );
    }
    const line = new StatusLine(process.stderr);
    const serving = new ServingOnce();
    try {
      const dataset = await mineRepository({ folder }, ({ stage }) => line.show(`mining: ${stage}`), signal);
      if (dataset.firstCommit !== adapter.manifest.dataset.firstCommit) {
        throw new Error(
          `Adapter ${adapter.id} was tuned on another repository, so its held-out files are others: the comparison would mean nothing.`,
        );
      }
      const loaded = await serving.load(modelPath, 'auto');
      const byFile = await new Preparation(dataset, loaded).heldOut(pairs, signal);
      const evaluation = await TuneEvaluation.begin(
        {
          serving: loaded,
          repoName: dataset.repository,
          byFile,
          byTime: null,
          secondsPerModel: Number.POSITIVE_INFINITY,
          nowMs: Date.now,
        },
        (message) => line.show(message),
        signal,
      );
      const report = await evaluation.finish(refOf(adapter), null, (message) => line.show(message), signal);
      line.clear();
      console.log(values.json ? barsLine([], { adapter: adapter.id, ...report }) : describeReport(adapter.id, report));
      return 0;
    } finally {
      line.clear();
      await serving.dispose();
    }
  },
};
