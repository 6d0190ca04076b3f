import type { StoredAdapter } from '../adapters/store.ts';
import type { Report } from '../evaluation/report.ts';
import { grid } from './terminal.ts';

export function describeComparison(a: StoredAdapter, b: StoredAdapter, { byFile }: Report): string {
  const percent = (share: number | undefined): string => (share === undefined ? '-' : `${(share * 100).toFixed(1)} %`);
  const row = (name: string, contender: Report['byFile']['base']): string[] => [
    name,
    contender.loss.toFixed(4),
    percent(contender.completions?.exact),
    percent(contender.completions?.firstLine),
  ];
  const { mean, low, high } = byFile.overActive?.loss ?? { mean: Number.NaN, low: null, high: null };
  return [
    `${byFile.pairs} held-out pairs, ${byFile.tokens} tokens`,
    grid(
      ['', 'loss', 'exact', 'first line'],
      [
        row('base', byFile.base),
        row(`${a.name} (${a.id})`, byFile.tuned),
        ...(byFile.active ? [row(`${b.name} (${b.id})`, byFile.active)] : []),
      ],
    ),
    `first minus second: ${mean.toFixed(4)} nats a token, 95 % interval ${low?.toFixed(4) ?? 'unknown'} to ${high?.toFixed(4) ?? 'unknown'}`,
  ].join('\n');
}
