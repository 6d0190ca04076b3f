import { addLatencies, type Latencies, NO_LATENCIES } from './latencies.ts';

/** Outcomes of suggestions, summed per day. Counts and times only, no text; stored on this machine, sent nowhere. */
export interface DayCounts {
  /** Returned to the editor for an unchanged document. The protocol does not report whether it was seen. */
  readonly offered: number;
  readonly offeredCharacters: number;
  readonly accepted: number;
  readonly acceptedCharacters: number;
  /** Inferred from edits that inserted the beginning of a suggestion. */
  readonly partlyAccepted: number;
  readonly partlyAcceptedCharacters: number;
  /** Characters of accepted suggestions still there after 30 s and 5 min, and how many were checked. */
  readonly kept30s: number;
  readonly checked30s: number;
  readonly kept5min: number;
  readonly checked5min: number;
  /** CPU time of the engine for completions, offered or not. */
  readonly cpuMs: number;
  /** From request to answer, for offered suggestions. */
  readonly latencies: Latencies;
}

type Count = Exclude<keyof DayCounts, 'latencies'>;

export const ZEROS: Readonly<Record<Count, number>> = {
  offered: 0,
  offeredCharacters: 0,
  accepted: 0,
  acceptedCharacters: 0,
  partlyAccepted: 0,
  partlyAcceptedCharacters: 0,
  kept30s: 0,
  checked30s: 0,
  kept5min: 0,
  checked5min: 0,
  cpuMs: 0,
};

export const NO_COUNTS: DayCounts = { ...ZEROS, latencies: NO_LATENCIES };

export function addCounts(a: DayCounts, b: Partial<DayCounts>): DayCounts {
  const sum = { ...a, latencies: addLatencies(a.latencies, b.latencies ?? NO_LATENCIES) };
  for (const key of Object.keys(ZEROS) as Count[]) sum[key] = a[key] + (b[key] ?? 0);
  return sum satisfies DayCounts;
}

/** Outcomes of suggestions, by day (YYYY-MM-DD), oldest first. Stored on this machine. */
export interface CompletionStatistics {
  readonly days: readonly ({ readonly day: string } & DayCounts)[];
}
