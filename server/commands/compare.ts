import type { StoredAdapter } from '../adapters/store.ts';
import { grid } from '../common/format.ts';
import type { Contender, HeldOutSet, Report } from '../protocol/report.ts';

export function describeComparison(a: StoredAdapter, b: StoredAdapter, { byFile, byTime }: Report): string {
  const sets: [string, HeldOutSet | null][] = [
    ['held-out files', byFile],
    ['commits newer than both adapters', byTime],
  ];
  return sets.flatMap(([title, set]) => (set === null ? [] : [describeSet(title, set, a, b)])).join('\n\n');
}

function describeSet(title: string, set: HeldOutSet, a: StoredAdapter, b: StoredAdapter): string {
  const percent = (share: number | undefined): string => (share === undefined ? '-' : `${(share * 100).toFixed(1)} %`);
  const row = (name: string, contender: Contender): string[] => [
    name,
    contender.loss.toFixed(4),
    percent(contender.completions?.exact),
    percent(contender.completions?.firstLine),
  ];
  const { mean, low, high } = set.overActive?.loss ?? { mean: Number.NaN, low: null, high: null };
  return [
    `${title}: ${set.pairs} pairs, ${set.tokens} tokens`,
    grid(
      ['', 'loss', 'exact match', 'first line'],
      [
        row('base', set.base),
        row(`${a.name} (${a.id})`, set.tuned),
        ...(set.active ? [row(`${b.name} (${b.id})`, set.active)] : []),
      ],
    ),
    `first minus second: ${mean.toFixed(4)} nats per token, 95 % interval ${low?.toFixed(4) ?? 'unknown'} to ${high?.toFixed(4) ?? 'unknown'}`,
  ].join('\n');
}
