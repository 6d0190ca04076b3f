import { extentOf } from '../../server/common/extent.ts';
import { details } from '../details.ts';
import { element } from '../dom.ts';
import { verdictOnLoss, withInterval } from '../interval.ts';
import type { AdapterComparison } from '../messages.ts';
import { table } from '../table.ts';

/** Two versions on the same held-out files, side by side; the verdict first. */
export function comparisonParts({ first, second, report }: AdapterComparison): HTMLElement[] {
  const { tuned, active, overActive } = report.byFile;
  const later = report.byTime;
  if (active === null || overActive === null)
    return [element('p', { class: 'problem' }, 'There is nothing to compare: no held-out pair was measured.')];
  const percent = (share: number | undefined): string => (share === undefined ? '–' : `${Math.round(100 * share)} %`);
  return [
    element('p', { class: 'verdict' }, verdictOnLoss(first, second, overActive.loss)),
    table(
      ['', first, second],
      [
        ['Held-out loss', tuned.loss.toFixed(3), active.loss.toFixed(3)],
        ...(later?.active
          ? [['Loss on later commits', later.tuned.loss.toFixed(3), later.active.loss.toFixed(3)]]
          : []),
        ['Top-1 accuracy', percent(tuned.top1), percent(active.top1)],
        ['Exact match', percent(tuned.completions?.exact), percent(active.completions?.exact)],
      ],
    ),
    element('p', { class: 'muted' }, `Measured on ${extentOf(report.byFile)}.`),
    details(
      'comparison',
      'Details',
      element('p', { class: 'muted' }, `Difference in loss: ${withInterval(overActive.loss)} nats per token.`),
    ),
  ];
}
