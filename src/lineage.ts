/** Where a version comes from, as text. Pure. */
import { counted, duration } from '../server/common/format.ts';
import { shapeText } from '../server/common/shapeText.ts';
import type { LineageEntry } from '../server/protocol/index.ts';

type Stored = Extract<LineageEntry, { kind: 'stored' }>;

/** Newest first; a deleted version is named by its id alone. */
export function lineageText(entries: readonly LineageEntry[]): string {
  const parts = entries.map((entry) => (entry.kind === 'stored' ? versionText(entry) : `${entry.id} (deleted)\n`));
  return parts.join('\ncontinued from\n\n');
}

function versionText({ name, manifest }: Stored): string {
  const { id, base, dataset, training, metrics, author, createdAt, toolVersion } = manifest;
  const learned =
    dataset.learnedTo && dataset.learnedTo !== dataset.commit ? `, learned up to ${dataset.learnedTo}` : '';
  const rows: [string, string][] = [
    ['Adapter', `${name} (${id})`],
    [
      'Created',
      `${createdAt} by ${author === null ? 'an unknown author' : `${author.name} <${author.email}>`}, Repotune ${toolVersion}`,
    ],
    ['Base', `${base.name}, ${base.architecture}, ${base.weightType}, sha256 ${base.sha256}`],
    ['Shape', shapeText(manifest)],
    ['Repository', `${dataset.repository}, commit ${dataset.commit || 'none'}${learned}`],
    [
      'Data set',
      `${counted(dataset.files, 'file')}, ${counted(dataset.trainPairs, 'pair')}, digest ${dataset.digest || 'unknown'}`,
    ],
    ['Held out', `${counted(dataset.heldOutPairs, 'pair')}, ${dataset.split}`],
    [
      'Training',
      `${training.method} on ${training.baseType}, ${counted(training.steps, 'step')}, ${counted(training.tokens, 'token')}, ${duration(training.seconds)}, end: ${training.endReason}`,
    ],
    ['Settings', `learning rate ${training.learningRate}, weight decay ${training.weightDecay}, seed ${training.seed}`],
    [
      'Result',
      metrics === null
        ? 'not evaluated'
        : `held-out loss ${metrics.heldOutLossBase.toFixed(4)} → ${metrics.heldOutLossTuned.toFixed(4)} on ${counted(metrics.heldOutTokens, 'token')}`,
    ],
  ];
  return rows.map(([label, value]) => `${label.padEnd(12)}${value}\n`).join('');
}
