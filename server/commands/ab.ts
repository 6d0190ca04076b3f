import { resolve } from 'node:path';
import { type Experiment, readExperiment, stopExperiment } from '../adapters/experiment.ts';
import { described, startLive } from '../adapters/liveComparison.ts';
import { AdapterStore } from '../adapters/store.ts';
import type { Estimate } from '../experiment/arms.ts';
import { type Command, numberOf, parse, UsageError } from './command.ts';
import { grid } from './terminal.ts';

const DEFAULT_PERCENT = 20;

export const abCommand: Command = {
  summary:
    'Runs a live comparison: the base or another adapter completes a share of your documents, and what you accept shows which is better.',
  usage: '[show | start [base | adapter] [--percent n] | stop] [--folder path] [--json]',
  async run(args) {
    const { values, positionals } = parse(args, {
      folder: { type: 'string' },
      percent: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const [action = 'show', rival = 'base', ...more] = positionals;
    if (more.length > 0) throw new UsageError('name only one adapter');
    const store = await AdapterStore.of(resolve(values.folder ?? '.'));
    switch (action) {
      case 'show':
        break;
      case 'start': {
        const percent = numberOf(values.percent, 'percent', 1, 99) ?? DEFAULT_PERCENT;
        await startLive(store, rival === 'base' ? null : rival, percent / 100);
        break;
      }
      case 'stop':
        await stopExperiment(store.dir);
        await store.audit.append('compare live', null, 'ended');
        break;
      default:
        throw new UsageError(`there is no action ${action}`);
    }
    const experiment = await readExperiment(store.dir);
    if (values.json) console.log(JSON.stringify(experiment === null ? null : described(experiment)));
    else console.log(experiment === null ? 'No live comparison is running.' : page(experiment));
    return 0;
  },
};

function page(experiment: Experiment): string {
  const { startedAt, active, rival, difference: apart } = described(experiment);
  const rows = [active, rival].map(({ adapter, share, counts, acceptance: taken, survival: kept }) => [
    adapter ?? 'the base',
    `${Math.round(share * 100)} %`,
    String(counts.offered),
    String(counts.accepted),
    interval(taken),
    interval(kept),
  ]);
  return [
    `Since ${startedAt}; a document keeps its model for a day.`,
    grid(['model', 'documents', 'offered', 'accepted', 'acceptance (95 %)', 'kept after 5 min (95 %)'], rows),
    apart === null ? 'Nothing to compare yet.' : `Difference in acceptance (first minus second): ${interval(apart)}`,
  ].join('\n');
}

function interval(estimate: Estimate | null): string {
  if (estimate === null) return '-';
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return `${percent(estimate.mean)} (${percent(estimate.low)} to ${percent(estimate.high)})`;
}
