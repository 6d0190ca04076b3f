/** Totals and shares of how suggestions fared. Pure. */

import { dayAt, daysBefore } from '../server/common/calendar.ts';
import { duration, grouped } from '../server/common/format.ts';
import type { CompletionStatistics, RepotuneState } from '../server/protocol/index.ts';
import { addLatencies, LATENCY_BOUNDS_MS, NO_LATENCIES, percentileMs } from '../server/protocol/latencies.ts';

export interface ActivitySummary {
  readonly offered: number;
  /** e.g. `12 (40 %)` */
  readonly accepted: string;
  /** How often a word or a line of a suggestion was taken. */
  readonly inPart: string;
  readonly kept30s: string;
  readonly kept5min: string;
  /** e.g. `12.3 s` */
  readonly cpu: string;
  /** CPU time per offered suggestion. */
  readonly each: string;
  /** Median and 95th percentile, e.g. `40 ms / 160 ms`. */
  readonly latency: string;
}

/** How many days of activity are shown. */
const DAYS = 14;

/** Calendar days: suggestions may have been counted on only a few of them. */
export function recentDays(days: CompletionStatistics['days'], nowMs: number): CompletionStatistics['days'] {
  const first = daysBefore(dayAt(nowMs), DAYS - 1);
  return days.filter(({ day }) => day >= first);
}

const DAY = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });

/** `2026-12-02` as `Dec 2`: only a fortnight is shown. */
export function dayText(day: string): string {
  return DAY.format(Date.parse(day));
}

/** Says what the figures count, and that they stay on this machine. */
export function aboutActivity({
  folders,
  statisticsEnabled,
}: Pick<RepotuneState, 'folders' | 'statisticsEnabled'>): string {
  const of = folders.length > 1 ? ' in all folders' : '';
  const off = 'Statistics are off (repotune.statistics.enabled). What was counted before stays until you clear it. ';
  return `${statisticsEnabled === false ? off : ''}The last ${DAYS} days${of}. These counts never leave this machine.`;
}

export function summarize(days: CompletionStatistics['days']): ActivitySummary {
  const total = (
    name: 'offered' | 'accepted' | 'partlyAccepted' | 'kept30s' | 'checked30s' | 'kept5min' | 'checked5min' | 'cpuMs',
  ) => days.reduce((sum, day) => sum + day[name], 0);
  const latencies = days.map((day) => day.latencies).reduce(addLatencies, NO_LATENCIES);
  const [offered, accepted, cpuMs] = [total('offered'), total('accepted'), total('cpuMs')];
  // Days recorded by an earlier version have suggestions but no CPU time.
  const measured = days.reduce((sum, day) => (day.cpuMs > 0 ? sum + day.offered : sum), 0);
  return {
    offered,
    accepted: offered > 0 ? `${grouped(accepted)} (${share(accepted, offered)})` : '0',
    inPart: grouped(total('partlyAccepted')),
    kept30s: share(total('kept30s'), total('checked30s')),
    kept5min: share(total('kept5min'), total('checked5min')),
    cpu: cpuMs < 60_000 ? `${(cpuMs / 1000).toFixed(1)} s` : duration(cpuMs / 1000),
    each: measured > 0 ? `${Math.round(cpuMs / measured)} ms` : '–',
    latency: latencyText(percentileMs(latencies, 0.5), percentileMs(latencies, 0.95)),
  };
}

function latencyText(median: number | null, most: number | null): string {
  return median === null || most === null ? '–' : `${within(median)} / ${within(most)}`;
}

function within(ms: number): string {
  return Number.isFinite(ms) ? `${ms} ms` : `over ${LATENCY_BOUNDS_MS.at(-1)} ms`;
}

function share(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : '–';
}
