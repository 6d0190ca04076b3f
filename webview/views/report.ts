import { extentOf } from '../../server/common/extent.ts';
import { counted } from '../../server/common/format.ts';
import { ownKnowledge } from '../../server/common/ownKnowledge.ts';
import { shortRunNote } from '../../server/common/shortRun.ts';
import type { HeldOutSet, Report } from '../../server/protocol/report.ts';
import type { SampleCompletion } from '../../server/protocol/tune.ts';
import { details } from '../details.ts';
import { element } from '../dom.ts';
import { withInterval } from '../interval.ts';
import { differenceRows, groupRow, reportHeader, reportRows, tooFewPlaces } from '../reportRows.ts';
import { table } from '../table.ts';

/** A version's measurements: both held-out sets, by language and kind, training text reproduced, and real examples. */
export function reportParts({ byFile, byTime, examples, training, verbatim }: Report): HTMLElement[] {
  const short = training === null ? '' : shortRunNote(training);
  return [
    ...(short === '' ? [] : [element('p', { class: 'warning' }, short)]),
    ...(byFile.overLayout === null
      ? []
      : [element('h3', {}, 'Knowledge of this repository'), element('p', {}, ownKnowledge(byFile.overLayout))]),
    ...setParts('Held-out files', byFile),
    ...(byTime === null ? [] : setParts('Later commits', byTime)),
    ...(verbatim === null ? [] : verbatimParts(verbatim)),
    ...(examples.length === 0 ? [] : [element('h3', {}, 'Examples'), ...examples.map(exampleParts)]),
  ];
}

function setParts(title: string, set: HeldOutSet): HTMLElement[] {
  const { overBase, overActive, byLanguage, byKind } = set;
  const before =
    overActive === null ? '' : ` Difference from the previously active adapter: ${withInterval(overActive.loss)}.`;
  return [
    element('h3', {}, title),
    table(reportHeader(set), reportRows(set)),
    element(
      'p',
      { class: 'muted' },
      `Measured on ${extentOf(set)}${tooFewPlaces(set) ? ', too few for percentages' : ''}.`,
    ),
    details(
      `${title}, differences`,
      `${title}: differences`,
      element(
        'p',
        { class: 'muted' },
        `Loss is in nats per token. Difference from the base: ${withInterval(overBase.loss)}.${before}`,
      ),
      table(['', 'Difference', '95 % interval'], differenceRows(overBase)),
    ),
    details(
      `${title}, groups`,
      `${title}: loss by language and kind`,
      table(['', 'Pairs', 'Base', 'Tuned', 'Difference, 95 % interval'], [...byLanguage, ...byKind].map(groupRow)),
    ),
  ];
}

function verbatimParts({ places, limit, base, tuned }: NonNullable<Report['verbatim']>): HTMLElement[] {
  const text = `Of ${counted(places, 'training file')} that ${places === 1 ? 'was' : 'were'} continued, the base reproduced more than ${limit} tokens verbatim in ${base.over} (at most ${counted(base.longest, 'token')} in a row) and the adapter in ${tuned.over} (at most ${counted(tuned.longest, 'token')}).`;
  return [element('p', { class: 'muted' }, text)];
}

function exampleParts(example: Report['examples'][number]): HTMLElement {
  const { path, line } = example;
  const place = `${path}:${line}`;
  return details(`example ${place}`, place, ...sampleCode(example));
}

export function sampleCode({ before, base, tuned, expected }: Omit<SampleCompletion, 'path' | 'line'>): HTMLElement[] {
  return [code('Before the cursor', before), code('Base', base), code('Tuned', tuned), code('Original code', expected)];
}

export function code(label: string, text: string): HTMLElement {
  const block = element('pre', { tabindex: 0, 'aria-label': label }, text === '' ? '(nothing)' : text);
  return element('figure', { class: 'code' }, element('figcaption', {}, label), block);
}
