/** A repository's learning in words and figures. Pure. */
import { counted, grouped } from '../server/common/format.ts';
import type { KeepTunedState, LearningEvent, LearningWeek, Lesson, RecordedEdits } from '../server/protocol/index.ts';
import { signed } from './interval.ts';

/** What happened, without its time. */
export function eventText(event: LearningEvent): string {
  switch (event.kind) {
    case 'commits':
      return counted(event.count, 'commit');
    case 'tune': {
      const { name, pairs, lossBase, lossTuned } = event;
      const figures =
        lossBase === null || lossTuned === null
          ? ''
          : `, held-out loss ${lossBase.toFixed(3)} → ${lossTuned.toFixed(3)}`;
      return `${name} was tuned on ${counted(pairs, 'pair')}${figures}`;
    }
    case 'gate':
      return gateText(event);
    case 'serves':
      if (event.why === 'turned off') return 'The base model completes alone';
      if (event.why === 'rolled back') return `Rolled back to ${event.name ?? 'the base model'}`;
      return `${event.name ?? 'The base model'} became active`;
  }
}

/** A verdict says itself what became of the version: "Refused app. Kept, not activated" would contradict itself. */
function gateText({ name, passed, reason }: Extract<LearningEvent, { readonly kind: 'gate' }>): string {
  const [, verdict] = /^(Activated|Kept, not activated)(?=:)/.exec(reason) ?? [];
  if (verdict === undefined) return `${passed ? 'Accepted' : 'Refused'} ${name}. ${reason}`.trim();
  return `${name} was ${verdict.toLowerCase()}${reason.slice(verdict.length)}`;
}

const WEEK = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });

/** With its rows it fits the width that the editor gives a side bar, 273 px inside. */
export const weekHeader = ['Week', 'Commits', 'Tunes', 'Accepted', 'Kept'] as const;

/** Accepted: share of the suggestions offered. Kept: characters that stayed, and their share of those checked. */
export function weekRow({ monday, commits, tunes, offered, accepted, kept, checked }: LearningWeek): string[] {
  return [
    WEEK.format(Date.parse(monday)),
    grouped(commits),
    grouped(tunes),
    offered > 0 ? `${percent(accepted / offered)}` : '–',
    checked > 0 ? `${grouped(kept)} (${percent(kept / checked).replace(' ', '\u00a0')})` : '–',
  ];
}

/** e.g. `src/a.ts:12, loss 2.31 → 0.87 (−1.44)` */
export function lessonTitle({ path, line, lossBefore, lossAfter }: Lesson): string {
  const change = signed(lossAfter - lossBefore, 2);
  return `${path}:${line}, loss ${lossBefore.toFixed(2)} → ${lossAfter.toFixed(2)} (${change})`;
}

export function keepTunedText(state: KeepTunedState | null | undefined, paused: boolean): string {
  if (paused) return 'Learning is paused in this repository: nothing is learned unasked, and nothing is recorded.';
  if (!state?.on)
    return 'An adapter is tuned only when you ask for it. Kept tuned, it goes on learning by itself once enough is committed and the machine is idle.';
  return state.text === '' ? 'Keep tuned is on.' : `Keep tuned: ${state.text}.`;
}

/** What is recorded for learning besides commits, in sentences. */
export function recordedText({ on, edits, files, sinceMs }: RecordedEdits, standing: number): string {
  const be = (number: number): string => (number === 1 ? 'is' : 'are');
  const since = sinceMs === null ? '' : `, since ${new Date(sinceMs).toLocaleDateString()}`;
  const kept = `${counted(edits, 'edit')} in ${counted(files, 'file')} ${be(edits)} recorded here${since}.`;
  const known = `${counted(standing, 'line')} of accepted suggestions ${be(standing)} remembered by a hash, without the text.`;
  return [
    edits > 0 ? kept : on ? 'No edits are recorded here yet.' : 'Edits are not recorded here.',
    ...(on ? ['An edit is recorded ten seconds after the last key in its lines.'] : []),
    ...(on ? [] : [`The setting repotune.nextEdit.record ${edits > 0 ? 'is off: no more are added.' : 'is off.'}`]),
    ...(standing > 0 ? [known] : []),
  ].join(' ');
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
