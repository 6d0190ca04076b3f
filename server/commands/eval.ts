import { barsLine } from '../common/bars.ts';
import { resolveModel } from '../models/bundled.ts';
import { TUNE_LIMITS } from '../versions/adapterService.ts';
import { type Command, countOf, numberOf, parse, UsageError } from './command.ts';
import { folderAt } from './inputs.ts';
import { prepareBase } from './prepare.ts';
import { describeReport } from './reportText.ts';
import { serviceFor } from './service.ts';
import { progressLine, quoted, StatusLine } from './terminal.ts';

export const evalCommand: Command = {
  summary:
    'Scores the base and an adapter (the active one if none is named) on held-out files; --activate activates it if it passes.',
  usage: `[folder] [--adapter id] [--model file.gguf] [--pairs n] [--layout] [--layout-minutes n] [--activate] [--json]
         --layout: says how much of the gain is knowledge of this repository, against an adapter that learns only the layout of \
         prompts, from other code. That is made once per base, as by repotune models prepare, and later tunes use it too`,
  async run(args, signal) {
    const { values, positionals } = parse(args, {
      adapter: { type: 'string' },
      model: { type: 'string' },
      pairs: { type: 'string' },
      layout: { type: 'boolean', default: false },
      'layout-minutes': { type: 'string' },
      activate: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    if (positionals.length > 1) throw new UsageError('name only one folder');
    const folder = await folderAt(positionals[0]);
    const pairs = countOf(values.pairs, 'pairs', 1, 100_000) ?? TUNE_LIMITS.pairs;
    const minutes = numberOf(values['layout-minutes'], 'layout-minutes', 0.05, 24 * 60);
    const adapters = await serviceFor(folder, values.model);
    const adapter = values.adapter === undefined ? await adapters.active() : await adapters.find(values.adapter);
    if (adapter === null)
      throw new Error(
        `No adapter is active here. Name one with --adapter, or tune one first: repotune tune ${quoted(folder)}`,
      );
    const line = new StatusLine(process.stderr);
    try {
      if (values.layout || minutes !== undefined)
        await prepareBase(
          { modelPath: resolveModel(values.model), device: 'auto', minutes, anyway: false },
          (snapshot) => line.show(progressLine(snapshot)),
          signal,
        );
      const { report, verdict, activated } = await adapters.judge(
        adapter,
        {
          pairs,
          secondsPerModel: Number.POSITIVE_INFINITY,
          keep: values.activate,
          activate: values.activate,
        },
        (message) => line.show(message),
        signal,
      );
      line.clear();
      console.log(
        values.json
          ? barsLine([], {
              adapter: adapter.id,
              passed: verdict.activate,
              reason: verdict.reason,
              activated,
              ...report,
            })
          : `${describeReport(adapter.id, report)}${values.activate ? `\n\n${verdict.reason}` : ''}`,
      );
      return values.activate && !activated ? 1 : 0;
    } finally {
      line.clear();
    }
  },
};
