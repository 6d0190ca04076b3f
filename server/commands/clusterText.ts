/** Output of `repotune cluster` for people. */

import type { RepositoryOutcome } from '../cluster/followSubmission.ts';
import type { Submission, Submissions } from '../cluster/submission.ts';
import { minuteAt } from '../common/calendar.ts';
import { counted, grid, table } from '../common/format.ts';
import type { Leaving } from '../protocol/cluster.ts';
import { reasonAtHand } from './judging.ts';

export function describeLeaving({ address, newAddress, plain, base, files }: Leaving): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const rows = files.map((file) => [file.path, size(file.bytes), file.what]);
  const rest = [
    'Nothing else of the repositories is sent: no held-out file, no file that git ignores, no line with a secret, no history, no names of people.',
    ...(plain ? [`${address} is not encrypted: anyone on the way can read this.`] : []),
    ...(newAddress ? [`Nothing has been sent to ${address} before.`] : []),
  ];
  return [
    `${size(bytes)} leave this machine for ${address}, to tune ${base} there:`,
    grid(['file', 'size', 'what it is'], rows),
    ...rest,
  ].join('\n');
}

/** `modelPath`: of the base that the adapters were measured on. */
export function describeOutcome(outcome: RepositoryOutcome, modelPath: string): string {
  if (outcome.kind === 'failed') return `${outcome.folder}: ${outcome.message}`;
  if (outcome.kind === 'already') return `${outcome.folder}: adapter ${outcome.adapterId} was fetched already.`;
  const { result, lost, warning, folder } = outcome;
  const fall = (1 - result.heldOutLossTuned / result.heldOutLossBase) * 100;
  const share = Math.abs(fall).toFixed(1);
  const change = Number(share) === 0 ? 'no lower' : `${share} % ${fall < 0 ? 'higher' : 'lower'}`;
  const facts: [string, string][] = [
    ['adapter', result.adapterId],
    [
      'trained on',
      `${counted(result.pairs, 'pair')} from ${counted(result.files, 'file')}, ${counted(result.steps, 'step')}`,
    ],
    [
      'held-out loss',
      `${result.heldOutLossBase.toFixed(4)} -> ${result.heldOutLossTuned.toFixed(4)} (${change}), ${counted(result.heldOutPairs, 'pair')}`,
    ],
    ...(lost === 0 ? [] : [['lost workers', String(lost)] as [string, string]]),
  ];
  const reason = reasonAtHand(result.reason, folder, result.adapterId, modelPath);
  return `${folder}: ${reason}\n${table(facts)}${warning === null ? '' : `\n${warning}`}`;
}

/** For a submission of which something could not be fetched. */
export function keptText({ id, address }: Submission): string {
  return address === null
    ? `The submission is kept. To try again, run: repotune cluster take ${id} --from <path>`
    : `The submission is kept. To give it up, run: repotune cluster stop ${id}`;
}

export function describeSubmissions({ submissions, newer }: Submissions): string {
  const updating = `Sent by a newer release of Repotune: ${newer.join(', ')}. Update this one to follow ${newer.length === 1 ? 'it' : 'them'}.`;
  if (submissions.length === 0)
    return newer.length > 0 ? updating : 'There are no submissions whose adapters are still to come.';
  const rows = submissions.map(({ id, createdAtMs, address, base, repositories }) => [
    id,
    minuteAt(createdAtMs),
    address ?? 'not sent',
    base,
    `${repositories.filter(({ adapterId }) => adapterId !== null).length} of ${repositories.length}`,
  ]);
  const known = grid(['submission', 'created', 'cluster', 'base', 'fetched'], rows);
  return newer.length > 0 ? `${known}\n${updating}` : known;
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
