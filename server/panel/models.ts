/** The base models a user can choose: what is here, what can be downloaded, and which one is advised. */
import { approximateFileBytes, catalogue } from '../models/catalogue.ts';
import type { LocalModel, ModelLibrary } from '../models/library.ts';
import { type Hardware, judge, recommend } from '../models/recommend.ts';
import type { ModelAnswer, ModelChoice, ModelChoices } from '../protocol.ts';

const BUNDLED_DETAIL = 'very small: for trying Repotune, not for daily work';

export async function modelChoices(
  library: ModelLibrary,
  hardware: Hardware,
  currentPath: string,
): Promise<ModelChoices> {
  const local = await library.list();
  const advised = recommend(catalogue, hardware);
  const here = local.map((model) => localChoice(model, currentPath, hardware));
  const known = new Set(local.map(({ id }) => id));
  const missing = catalogue
    .filter(({ id }) => !known.has(id))
    .map((entry): ModelChoice => {
      const fit = judge(entry, hardware);
      return {
        id: entry.id,
        title: entry.title,
        origin: 'catalogue',
        path: null,
        fileBytes: approximateFileBytes(entry),
        license: entry.license,
        detail: [fit.reason, entry.licenseNote, entry.fim === 'none' ? 'needs an adapter to fill in' : '']
          .filter(Boolean)
          .join('; '),
        problem: fit.kind === 'too-large' ? fit.reason : '',
        recommended: false,
        current: false,
      };
    });
  const advisedId = advised.kind === 'catalogue' ? advised.entry.id : 'bundled';
  return {
    models: [...here, ...missing].map((model) => ({ ...model, recommended: model.id === advisedId })),
    recommendation: advised.reason,
    diskUseBytes: await library.diskUseBytes(),
  };
}

function localChoice(model: LocalModel, currentPath: string, hardware: Hardware): ModelChoice {
  const entry = catalogue.find(({ id }) => id === model.id);
  const detail = model.origin === 'bundled' ? BUNDLED_DETAIL : entry ? judge(entry, hardware).reason : describe(model);
  return {
    id: model.id,
    title: model.origin === 'bundled' ? (model.summary?.name ?? model.id) : (entry?.title ?? model.id),
    origin: model.origin,
    path: model.path,
    fileBytes: model.fileBytes,
    license: entry?.license ?? model.summary?.license ?? '',
    detail,
    problem: model.problem,
    recommended: false,
    current: model.path === currentPath,
  };
}

function describe({ summary }: LocalModel): string {
  if (!summary) return '';
  return `${summary.architecture}, ${(summary.parameters / 1e6).toFixed(0)} M parameters, ${summary.weightType}`;
}

export async function getModel(
  library: ModelLibrary,
  id: string,
  onProgress: (doneBytes: number, totalBytes: number) => void,
  signal: AbortSignal,
  proxy: string | undefined,
): Promise<ModelAnswer> {
  const entry = catalogue.find((known) => known.id === id);
  if (!entry) return { kind: 'failed', message: `There is no model ${id} in the catalogue.` };
  const outcome = await library.get(entry, { onProgress, signal, ...(proxy ? { proxy } : {}) });
  switch (outcome.kind) {
    case 'downloaded':
    case 'present':
      return { kind: 'ready', path: outcome.path };
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'failed':
      return { kind: 'failed', message: outcome.message };
  }
}

export async function removeModel(library: ModelLibrary, id: string): Promise<ModelAnswer> {
  const outcome = await library.remove(id);
  return outcome.kind === 'removed' ? outcome : { kind: 'failed', message: outcome.message };
}
