/** Formats an evaluation as a page of text. */

import { extentOf } from '../common/extent.ts';
import { grid, indented } from '../common/format.ts';
import { ownKnowledge } from '../common/ownKnowledge.ts';
import { shortRunNote } from '../common/shortRun.ts';
import type { Comparison, Contender, Example, HeldOutSet, Report } from '../protocol/report.ts';

const SHOWN_EXAMPLES = 12;

export function describeReport(adapter: string, { byFile, byTime, examples, training, verbatim }: Report): string {
  const short = training === null ? '' : shortRunNote(training);
  return [
    `adapter ${adapter}`,
    ...(short === '' ? [] : [short]),
    describeSet('held-out files', byFile),
    ...(byFile.overLayout === null ? [] : [ownKnowledge(byFile.overLayout)]),
    ...(byTime === null ? [] : [describeSet('commits newer than the tune', byTime)]),
    ...(verbatim === null ? [] : [describeVerbatim(verbatim)]),
    ...examples.slice(0, SHOWN_EXAMPLES).map(describeExample),
  ].join('\n\n');
}

function describeSet(title: string, set: HeldOutSet): string {
  const contenders: [string, Contender][] = [
    ['base', set.base],
    ['adapter', set.tuned],
    ...(set.active ? [['active', set.active] as [string, Contender]] : []),
  ];
  const header = ['', 'loss', 'top-1', 'exact match', 'first line', 'similarity', 'valid syntax', 'median latency'];
  const rows = contenders.map(([name, { loss, top1, completions }]) => [
    name,
    loss.toFixed(4),
    percent(top1),
    ...(completions === null
      ? ['-', '-', '-', '-', '-']
      : [
          percent(completions.exact),
          percent(completions.firstLine),
          percent(completions.editSimilarity),
          completions.syntaxValid === null ? '-' : percent(completions.syntaxValid),
          `${Math.round(completions.medianLatencyMs)} ms`,
        ]),
  ]);
  const groups = [...set.byLanguage, ...set.byKind].map(({ name, pairs, base, tuned, difference }) => [
    name,
    String(pairs),
    base.toFixed(4),
    tuned.toFixed(4),
    percent(tuned / base - 1),
    difference === null ? '-' : bounds(difference, (value) => value.toFixed(4)),
  ]);
  const differences = differencesOf(set.overBase);
  return [
    `${title}: ${extentOf(set)}; ${set.tokens} tokens`,
    grid(header, rows),
    `adapter minus base, nats per token: ${interval(set.overBase.loss)}`,
    ...(differences.length === 0 ? [] : [grid(['adapter minus base', '', '95 % interval'], differences)]),
    grid(['language or kind', 'pairs', 'base', 'adapter', 'change', '95 % interval of the difference'], groups),
  ].join('\n');
}

function differencesOf({ exact, completions }: Comparison): string[][] {
  const points = (share: number): string => `${(share * 100).toFixed(1)} points`;
  const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;
  const rows: [string, Comparison['exact'], (value: number) => string][] = [
    ['exact match', exact, points],
    ['first line', completions?.firstLine ?? null, points],
    ['similarity', completions?.editSimilarity ?? null, points],
    ['valid syntax', completions?.syntaxValid ?? null, points],
    ['latency', completions?.latencyMs ?? null, milliseconds],
  ];
  return rows.flatMap(([name, found, show]) => (found === null ? [] : [[name, show(found.mean), bounds(found, show)]]));
}

function describeVerbatim({ places, limit, base, tuned }: NonNullable<Report['verbatim']>): string {
  const of = ({ over, longest }: typeof base): string => `${over} (longest run ${longest} tokens)`;
  return `continuations of ${places} training files that reproduce more than ${limit} tokens verbatim: base ${of(base)}, adapter ${of(tuned)}`;
}

function describeExample({ path, line, kind, before, expected, base, tuned }: Example): string {
  return [
    `${path}:${line} (${kind})`,
    indented(before, '  │ '),
    indented(expected, '  ✓ '),
    indented(base || '(nothing)', '  − '),
    indented(tuned || '(nothing)', '  + '),
  ].join('\n');
}

function bounds({ low, high }: Comparison['loss'], show: (value: number) => string): string {
  return low === null || high === null ? 'unknown' : `${show(low)} to ${show(high)}`;
}

function interval({ mean, low, high }: Comparison['loss']): string {
  return `${mean.toFixed(4)}, 95 % interval ${low?.toFixed(4) ?? 'unknown'} to ${high?.toFixed(4) ?? 'unknown'}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
