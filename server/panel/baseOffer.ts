/** Before a tune on the bundled base: which other base this machine can run, what downloading it takes, and how long tuning takes. */
import { minutesToAllow } from '../engine/training/outlook.ts';
import { isBundled } from '../models/bundled.ts';
import { type CatalogueEntry, catalogue } from '../models/catalogue.ts';
import { hubAddress } from '../models/hubModels.ts';
import type { ModelLibrary } from '../models/library.ts';
import { fitOf, type Hardware, recommend } from '../models/recommend.ts';
import type { BaseOffer } from '../protocol/index.ts';

const HUB = 'https://huggingface.co';
/** A run gets twice the useful minimum: an estimate from another model's speed may be off by that much. */
const TIMES_THE_LEAST = 2;

export interface OfferedTo {
  readonly library: Pick<ModelLibrary, 'list' | 'partBytes'>;
  /** The base in use. */
  readonly modelPath: string;
  /** Minutes of a run on a base of that many parameters, as set. */
  minutes(parameters: number): number;
  measure(): Promise<Hardware>;
}

export async function baseOffer({ library, modelPath, minutes, measure }: OfferedTo): Promise<BaseOffer> {
  if (!isBundled(modelPath)) return { kind: 'none' };
  const hardware = await measure();
  const advised = recommend(catalogue, hardware);
  if (advised.kind === 'bundled') return { kind: 'none' };
  const { entry } = advised;
  const fit = fitOf(entry, hardware);
  if (fit.kind === 'too-large') return { kind: 'none' };
  const here = (await library.list()).find(({ id, summary }) => id === entry.id && summary !== null);
  return {
    kind: 'offer',
    id: entry.id,
    title: entry.title,
    path: here?.path ?? null,
    fileBytes: entry.fileBytes,
    partBytes: await library.partBytes(entry.id),
    license: entry.license,
    host: new URL(hubAddress() ?? HUB).host,
    tokensPerSecond: fit.tokensPerSecond,
    suggestionMs: fit.suggestionMs,
    device: fit.device?.description ?? 'the CPU',
    minutes: Math.max(minutes(entry.parameters), tuneMinutes(entry, hardware)),
  };
}

/** Runs train on the CPU unless a GPU is named, and a pass uses every weight once per token. */
function tuneMinutes({ parameters }: CatalogueEntry, { operationsPerSecond }: Hardware): number {
  return minutesToAllow((2 * parameters) / operationsPerSecond, TIMES_THE_LEAST);
}
