import { grid } from '../common/format.ts';
import type { Estimate, LiveComparison } from '../protocol/liveComparison.ts';
import type { LiveComparisons } from '../versions/liveComparisons.ts';
import { actionOf, type Command, numberOf, parse, requireNone, requireOwnFlags, UsageError } from './command.ts';
import { folderAt } from './inputs.ts';
import { serviceFor } from './service.ts';

const DEFAULT_PERCENT = 20;

type Action = (live: LiveComparisons, rival: string | null, percent: number) => Promise<unknown>;

const actions: Readonly<Record<string, Action>> = {
  show: async () => {},
  start: (live, rival, percent) => live.start(rival, percent / 100),
  stop: (live) => live.stop(),
};

export const liveCommand: Command = {
  summary:
    'Runs a live comparison: the base or another adapter completes a share of your documents, and what you accept shows which is better.',
  usage: '[show | start [base | adapter] [--percent n] [--model file.gguf] | stop] [--folder path] [--json]',
  async run(args) {
    const { values, positionals } = parse(args, {
      folder: { type: 'string' },
      percent: { type: 'string' },
      model: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const [name = 'show', named, ...more] = positionals;
    const action = actionOf(actions, name);
    if (name !== 'start') requireNone(name, [named], 'adapter');
    if (more.length > 0) throw new UsageError('name only one adapter');
    requireOwnFlags(name, values, { percent: ['start'] });
    const rival = named ?? 'base';
    const { live } = await serviceFor(await folderAt(values.folder), values.model);
    const percent = numberOf(values.percent, 'percent', 1, 99) ?? DEFAULT_PERCENT;
    await action(live, rival === 'base' ? null : rival, percent);
    const found = await live.running();
    // Without a base named here, it is unknown which one the editor uses.
    const running = found && values.model === undefined ? { ...found, resting: null } : found;
    if (values.json) console.log(JSON.stringify(running));
    else console.log(running === null ? 'No live comparison is running.' : page(running));
    return 0;
  },
};

function page({ startedAt, active, rival, difference: apart, resting }: LiveComparison): string {
  const rows = [active, rival].map(({ adapter, share, counts, acceptance: taken, survival: kept }) => [
    adapter ?? 'the base',
    `${Math.round(share * 100)} %`,
    String(counts.offered),
    String(counts.accepted),
    interval(taken),
    interval(kept),
  ]);
  return [
    ...(resting === null ? [] : [resting]),
    `Since ${startedAt}; a document keeps its model for a day.`,
    grid(['model', 'documents', 'offered', 'accepted', 'acceptance (95 %)', 'kept after 5 min (95 %)'], rows),
    apart === null
      ? 'There are suggestions in too few documents to tell them apart yet.'
      : `Difference in acceptance (first minus second): ${interval(apart)}`,
  ].join('\n');
}

function interval(estimate: Estimate | null): string {
  if (estimate === null) return '-';
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return `${percent(estimate.mean)} (${percent(estimate.low)} to ${percent(estimate.high)})`;
}
