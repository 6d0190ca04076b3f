import { addLatencies, type Latencies, NO_LATENCIES } from './latencies.ts';

/** What became of suggestions, summed per day. Counts and times only, no text; kept on this machine, sent nowhere. */
export interface DayCounts {
  /** Returned to the editor for the document as it still was. The protocol does not tell whether it was seen. */
  readonly offered: number;
  readonly offeredCharacters: number;
  readonly accepted: number;
  readonly acceptedCharacters: number;
  /** Inferred from edits that inserted the beginning of a suggestion. */
  readonly partlyAccepted: number;
  readonly partlyAcceptedCharacters: number;
  /** Characters of accepted suggestions still there after 30 s and 5 min, of so many that were looked at then. */
  readonly kept30s: number;
  readonly checked30s: number;
  readonly kept5min: number;
  readonly checked5min: number;
  /** CPU time of the engine for completions, offered or not. */
  readonly cpuMs: number;
  /** From the request to the answer, of what was offered. */
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

/** What became of suggestions, by day (YYYY-MM-DD), oldest first. Kept on this machine. */
export interface CompletionStatistics {
  readonly days: readonly ({ readonly day: string } & DayCounts)[];
}
