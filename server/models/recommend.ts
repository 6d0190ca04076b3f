/** Which base model suits a machine: from memory and measured speed, with the reason in words. Pure. */
import type { ComputeDevice } from '../engine/types.ts';
import type { CatalogueEntry } from './catalogue.ts';

/** The CPU and its memory; `devices` are the GPUs. */
export interface Hardware {
  readonly totalMemoryBytes: number;
  readonly availableMemoryBytes: number;
  /** `assumed`: no model could be timed. */
  readonly speed: 'measured' | 'assumed';
  /** Generation reads every weight once per token, so this bounds it. */
  readonly bytesPerSecond: number;
  /** Per-block cost besides reading its weights (synchronization, attention). */
  readonly blockOverheadMs: number;
  /** Multiplications and additions in prompt processing: two for each weight and token. */
  readonly operationsPerSecond: number;
  /** GPUs that may serve, in the order the engine tries them; none on a machine without. */
  readonly devices: readonly ComputeDevice[];
}

export type Fit =
  | {
      readonly kind: 'comfortable' | 'slow';
      readonly memoryBytes: number;
      readonly firstTokenMs: number;
      readonly suggestionMs: number;
      /** Generation speed, once the prompt is read. */
      readonly tokensPerSecond: number;
      /** The device that would compute; null: the CPU. */
      readonly device: ComputeDevice | null;
      readonly reason: string;
    }
  | { readonly kind: 'too-large'; readonly memoryBytes: number; readonly reason: string };

/** Usual cost of a keystroke: a few new prompt tokens in one batch, then a line of sixteen (evidence: typing only appends). */
const batchesBeforeFirstToken = 1;
const generatedTokens = 16;
/** Beyond this, a suggestion arrives after the user has typed on (Zed aims at 300 ms, JetBrains' full line at 150 ms). */
const comfortableMs = 600;
/** Beyond this nothing is shown in time; below it, prompts are cut to what can be read meanwhile (`completion/pace.ts`). */
const usableMs = 1300;
const contextTokens = 2048;
/** A GPU's overhead for launching a block's dozen kernels. */
const deviceBlockOverheadMs = 0.1;
/** Leaves the rest of the memory to the editor and everything else. */
const memoryShare = 0.6;

/** Weights, an F16 KV cache of two sequences of {@link contextTokens}, and compute buffers. Bytes. */
function servingMemoryBytes(entry: CatalogueEntry): number {
  const keyValueBytes = 2 * entry.blocks * entry.keyValueWidth * contextTokens * 2;
  return entry.fileBytes + keyValueBytes + 200e6;
}

/** The engine requires a quarter of the weights' size to be free as well. */
function deviceMemoryBytes(entry: CatalogueEntry): number {
  return Math.max(servingMemoryBytes(entry), 1.25 * entry.fileBytes);
}

export function fitOf(entry: CatalogueEntry, hardware: Hardware): Fit {
  const neededBytes = deviceMemoryBytes(entry);
  const device = hardware.devices.find(({ freeBytes }) => neededBytes <= freeBytes);
  return device ? fitOn(device, entry, hardware) : fitOnCpu(entry, hardware);
}

/** Entirely on a GPU; one that could not be timed is assumed to be no faster than the CPU. */
function fitOn(device: ComputeDevice, entry: CatalogueEntry, hardware: Hardware): Fit {
  const timed = device.bytesPerSecond > 0;
  const passMs =
    (entry.fileBytes * 1000) / (timed ? device.bytesPerSecond : hardware.bytesPerSecond) +
    entry.blocks * deviceBlockOverheadMs;
  const { freeBytes, totalBytes, description } = device;
  const memoryBytes = deviceMemoryBytes(entry);
  const room = `${gigabytes(memoryBytes)} of the ${gigabytes(freeBytes)} free there (${gigabytes(totalBytes)} in total)`;
  const times = timesOf(passMs);
  return { ...times, memoryBytes, device, reason: `${spoken(times.suggestionMs)} on ${description}, ${room}` };
}

function fitOnCpu(entry: CatalogueEntry, hardware: Hardware): Fit {
  const memoryBytes = servingMemoryBytes(entry);
  const limit = Math.min(memoryShare * hardware.totalMemoryBytes, hardware.availableMemoryBytes);
  if (memoryBytes > limit) {
    return {
      kind: 'too-large',
      memoryBytes,
      reason: `needs ${gigabytes(memoryBytes)}; this machine can spare ${gigabytes(limit)}${full(entry, hardware)}`,
    };
  }
  const passMs = (entry.fileBytes * 1000) / hardware.bytesPerSecond + entry.blocks * hardware.blockOverheadMs;
  const times = timesOf(passMs);
  return {
    ...times,
    memoryBytes,
    device: null,
    reason: `${spoken(times.suggestionMs)} on the CPU, ${gigabytes(memoryBytes)} of memory${full(entry, hardware)}`,
  };
}

function timesOf(passMs: number) {
  const firstTokenMs = batchesBeforeFirstToken * passMs;
  const suggestionMs = firstTokenMs + generatedTokens * passMs;
  const kind = suggestionMs <= comfortableMs ? ('comfortable' as const) : ('slow' as const);
  return { kind, firstTokenMs, suggestionMs, tokensPerSecond: 1000 / passMs };
}

function spoken(suggestionMs: number): string {
  const time = suggestionMs < 1000 ? `${Math.round(suggestionMs)} ms` : `${(suggestionMs / 1000).toFixed(1)} s`;
  return `about ${time} per suggestion`;
}

/** Why it fits on no GPU; '' if there is no GPU. */
function full(entry: CatalogueEntry, { devices }: Hardware): string {
  const [roomiest] = [...devices].sort((a, b) => b.freeBytes - a.freeBytes);
  if (roomiest === undefined) return '';
  const { description, freeBytes, totalBytes } = roomiest;
  return `; ${description} has no room for it (${gigabytes(deviceMemoryBytes(entry))}; ${gigabytes(freeBytes)} of ${gigabytes(totalBytes)} free)`;
}

export type Recommendation =
  | { readonly kind: 'catalogue'; readonly entry: CatalogueEntry; readonly reason: string }
  | { readonly kind: 'bundled'; readonly reason: string };

/**
 * The largest model that completes comfortably and knows fill-in-the-middle; else the smallest that is in time at all, which is far better
 * than the bundled base; else the bundled base.
 */
export function recommend(entries: readonly CatalogueEntry[], hardware: Hardware): Recommendation {
  const fits = entries
    .filter((entry) => entry.fim !== 'none' && entry.licenseNote === '')
    .map((entry) => ({ entry, fit: fitOf(entry, hardware) }))
    .sort((a, b) => b.entry.parameters - a.entry.parameters);
  const inTime = fits.filter(({ fit }) => fit.kind !== 'too-large' && fit.suggestionMs <= usableMs);
  const best = inTime.find(({ fit }) => fit.kind === 'comfortable') ?? inTime.at(-1);
  const gpuNote = hardware.devices.length === 0 ? ' A GPU can take a larger one.' : '';
  if (best !== undefined && best.fit.kind !== 'too-large')
    return {
      kind: 'catalogue',
      entry: best.entry,
      reason: `${best.entry.title}${howKnown(best.fit.device, hardware)}: ${best.fit.reason}.${gpuNote}`,
    };
  const smallest = fits.at(-1);
  if (smallest === undefined) return { kind: 'bundled', reason: 'The bundled base, since no other model is known.' };
  const { title } = smallest.entry;
  const { fit } = smallest;
  const how = howKnown(fit.kind === 'too-large' ? null : fit.device, hardware);
  const what = fit.kind === 'too-large' ? 'too large' : 'too slow';
  return {
    kind: 'bundled',
    reason: `The bundled base, since the smallest other model (${title}) is ${what} here${how}: ${fit.reason}.${gpuNote}`,
  };
}

function howKnown(device: ComputeDevice | null, { speed }: Hardware): string {
  if (device !== null)
    return device.bytesPerSecond > 0 ? ', measured on the GPU' : ', estimated because the GPU could not be measured';
  return speed === 'measured' ? ', measured on the CPU' : ', estimated because the CPU could not be measured';
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
