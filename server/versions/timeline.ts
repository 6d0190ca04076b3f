/** A repository's learning over time: commits, tunes, verdicts and activations; and the same by week. Pure. */
import type { AuditEntry } from '../adapters/audit.ts';
import type { StoredAdapter } from '../adapters/store.ts';
import { dayAt, daysBefore, mondayOf } from '../common/calendar.ts';
import type { LearningEvent, LearningWeek } from '../protocol/learning.ts';
import type { CompletionStatistics } from '../protocol/statistics.ts';

const DAY_MS = 86_400_000;
const WEEKS = 12;
/** Fewer rows make no table. */
const LEAST_WEEKS = 4;
const MOST_EVENTS = 60;
/** How far back commits are queried. */
export const TIMELINE_MS = WEEKS * 7 * DAY_MS;

export interface History {
  readonly adapters: readonly Pick<StoredAdapter, 'id' | 'name' | 'manifest' | 'standing'>[];
  readonly audit: readonly Pick<AuditEntry, 'at' | 'action' | 'adapter'>[];
  /** Times of the commits in the last {@link TIMELINE_MS}. */
  readonly commitsMs: readonly number[];
  readonly days: CompletionStatistics['days'];
  readonly nowMs: number;
}

/** Newest first; consecutive commits are merged into one event. */
export function eventsOf({ adapters, audit, commitsMs, nowMs }: History): LearningEvent[] {
  const names = new Map(adapters.map(({ id, name }) => [id, name]));
  const others = [...adapters.flatMap(tuneAndGate), ...audit.flatMap((entry) => served(entry, names))].toSorted(
    (a, b) => b.atMs - a.atMs,
  );
  const recent = others.slice(0, MOST_EVENTS / 2);
  const edges = [nowMs + 1, ...recent.map(({ atMs }) => atMs), Number.NEGATIVE_INFINITY];
  return edges.slice(1).flatMap((from, i) => {
    const between = commitsMs.filter((atMs) => atMs >= from && atMs < edges[i]!);
    const event = recent[i];
    const commits: LearningEvent[] =
      between.length === 0 ? [] : [{ kind: 'commits', atMs: Math.max(...between), count: between.length }];
    return event === undefined ? commits : [...commits, event];
  });
}

function tuneAndGate({ id, name, manifest, standing }: History['adapters'][number]): LearningEvent[] {
  const events: LearningEvent[] = [];
  if (standing.kind === 'passed' || standing.kind === 'failed') {
    const { kind, reason, at } = standing;
    events.push({ kind: 'gate', atMs: Date.parse(at), name, passed: kind === 'passed', reason });
  }
  if (standing.kind !== 'unmeasured' && standing.kind !== 'unmeasurable') {
    events.push({
      kind: 'tune',
      atMs: Date.parse(manifest.createdAt),
      adapterId: id,
      name,
      pairs: manifest.dataset.trainPairs,
      lossBase: manifest.metrics?.heldOutLossBase ?? null,
      lossTuned: manifest.metrics?.heldOutLossTuned ?? null,
    });
  }
  return events;
}

const SERVES = { activate: 'activated', 'roll back': 'rolled back', disable: 'turned off' } as const;

function served(
  { at, action, adapter }: History['audit'][number],
  names: ReadonlyMap<string, string>,
): LearningEvent[] {
  if (!Object.hasOwn(SERVES, action)) return [];
  const why = SERVES[action as keyof typeof SERVES];
  return [
    { kind: 'serves', atMs: Date.parse(at), name: adapter === null ? null : (names.get(adapter) ?? adapter), why },
  ];
}

/** Weeks from now back to the first with any data, with a minimum. */
export function weeksOf({ audit, commitsMs, days, nowMs }: History): LearningWeek[] {
  const mondays = Array.from({ length: WEEKS }, (_, i) => mondayOf(daysBefore(dayAt(nowMs), 7 * i)));
  const tunesMs = audit.filter(({ action }) => action === 'tune').map(({ at }) => Date.parse(at));
  const byWeek = (times: readonly number[]) => Map.groupBy(times, (atMs) => mondayOf(dayAt(atMs)));
  const [commits, tunes] = [byWeek(commitsMs), byWeek(tunesMs)];
  const counted = Map.groupBy(days, ({ day }) => mondayOf(day));
  const weeks = mondays.map((monday): LearningWeek => {
    const own = counted.get(monday) ?? [];
    const sum = (name: 'offered' | 'accepted' | 'kept5min' | 'checked5min'): number =>
      own.reduce((total, day) => total + day[name], 0);
    return {
      monday,
      commits: commits.get(monday)?.length ?? 0,
      tunes: tunes.get(monday)?.length ?? 0,
      offered: sum('offered'),
      accepted: sum('accepted'),
      kept: sum('kept5min'),
      checked: sum('checked5min'),
    };
  });
  const last = weeks.findLastIndex(({ commits, tunes, offered }) => commits + tunes + offered > 0);
  return weeks.slice(0, Math.max(LEAST_WEEKS, last + 1));
}
