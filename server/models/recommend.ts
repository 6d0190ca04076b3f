/** Which base model suits a machine: from memory and measured speed, with the reason in words. Pure. */
import type { CatalogueEntry } from './catalogue.ts';
import { approximateFileBytes } from './catalogue.ts';

/** Of the CPU and its memory, all of it: a GPU is not measured. */
export interface Hardware {
  readonly totalMemoryBytes: number;
  readonly availableMemoryBytes: number;
  /** `assumed`: no model could be timed. */
  readonly speed: 'measured' | 'assumed';
  /** A token reads every weight once, so this bounds generation. */
  readonly bytesPerSecond: number;
  /** What a block costs beside reading its weights (synchronization, attention). */
  readonly blockOverheadMs: number;
}

export type Fit =
  | {
      readonly kind: 'comfortable' | 'slow';
      readonly memoryBytes: number;
      readonly firstTokenMs: number;
      readonly suggestionMs: number;
      readonly reason: string;
    }
  | { readonly kind: 'too-large'; readonly memoryBytes: number; readonly reason: string };

/** What a keystroke usually costs: a few new prompt tokens in one batch, then a line of sixteen (evidence: typing only appends). */
const batchesBeforeFirstToken = 1;
const generatedTokens = 16;
/** Past this a suggestion comes after the reader has typed on (Zed aims at 300 ms, JetBrains' full line at 150 ms). */
const comfortableMs = 600;
const contextTokens = 2048;
const gpuNote = 'A GPU can take a larger one.';
/** Leave this share of the machine to the editor and everything else. */
const memoryShare = 0.6;

/** Weights, an F16 KV cache of {@link contextTokens}, and compute buffers. Bytes. */
export function servingMemoryBytes(entry: CatalogueEntry): number {
  const keyValueBytes = entry.blocks * entry.keyValueWidth * contextTokens * 2;
  return approximateFileBytes(entry) + keyValueBytes + 200e6;
}

export function judge(entry: CatalogueEntry, hardware: Hardware): Fit {
  const memoryBytes = servingMemoryBytes(entry);
  const limit = Math.min(memoryShare * hardware.totalMemoryBytes, hardware.availableMemoryBytes);
  if (memoryBytes > limit) {
    return {
      kind: 'too-large',
      memoryBytes,
      reason: `needs ${gigabytes(memoryBytes)}; this machine can spare ${gigabytes(limit)}`,
    };
  }
  const passMs =
    (approximateFileBytes(entry) * 1000) / hardware.bytesPerSecond + entry.blocks * hardware.blockOverheadMs;
  const firstTokenMs = batchesBeforeFirstToken * passMs;
  const suggestionMs = firstTokenMs + generatedTokens * passMs;
  const kind = suggestionMs <= comfortableMs ? 'comfortable' : 'slow';
  const time = suggestionMs < 1000 ? `${Math.round(suggestionMs)} ms` : `${(suggestionMs / 1000).toFixed(1)} s`;
  return {
    kind,
    memoryBytes,
    firstTokenMs,
    suggestionMs,
    reason: `about ${time} a suggestion on the CPU, ${gigabytes(memoryBytes)} of memory`,
  };
}

export type Recommendation =
  | { readonly kind: 'catalogue'; readonly entry: CatalogueEntry; readonly reason: string }
  | { readonly kind: 'bundled'; readonly reason: string };

/** The largest model that completes comfortably and knows fill-in-the-middle; the bundled base when none does. */
export function recommend(entries: readonly CatalogueEntry[], hardware: Hardware): Recommendation {
  const judged = entries
    .filter((entry) => entry.fim !== 'none' && entry.licenseNote === '')
    .map((entry) => ({ entry, fit: judge(entry, hardware) }))
    .sort((a, b) => b.entry.parameters - a.entry.parameters);
  const best = judged.find(({ fit }) => fit.kind === 'comfortable');
  const how = {
    measured: ', measured on the CPU',
    assumed: ', by an estimate, since the CPU could not be measured',
  }[hardware.speed];
  if (best)
    return {
      kind: 'catalogue',
      entry: best.entry,
      reason: `${best.entry.title}${how}: ${best.fit.reason}. ${gpuNote}`,
    };
  const smallest = judged.at(-1);
  return {
    kind: 'bundled',
    reason: smallest
      ? `The bundled base${how}: the smallest other model (${smallest.entry.title}) is ${smallest.fit.kind === 'too-large' ? 'too large' : 'too slow'} here: ${smallest.fit.reason}. ${gpuNote}`
      : 'The bundled base: no other model is known.',
  };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
