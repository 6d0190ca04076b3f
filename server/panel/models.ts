/** The base models a user can choose: present ones, downloads, and the recommended one. */
import { basename, resolve } from 'node:path';
import { BUNDLED_USE } from '../common/bundledBase.ts';
import { type CatalogueEntry, catalogue } from '../models/catalogue.ts';
import type { HubModel } from '../models/hubModels.ts';
import { inspectTrainable, type ModelSummary } from '../models/inspect.ts';
import { describeModel, type LocalModel, type ModelLibrary, wantedModel } from '../models/library.ts';
import { fitOf, type Hardware, recommend } from '../models/recommend.ts';
import type { ModelAnswer, ModelChoice, ModelChoices } from '../protocol/index.ts';
import type { ProxySettings } from '../protocol/models.ts';

export async function modelChoices(
  library: ModelLibrary,
  hardware: Hardware,
  currentPath: string,
): Promise<ModelChoices> {
  const listed = await library.list();
  const isListed = listed.some(({ path }) => path === currentPath);
  const local = isListed ? listed : [...listed, await describeModel(basename(currentPath), 'file', currentPath)];
  const advised = recommend(catalogue, hardware);
  const here = local.map((model) => localChoice(model, currentPath, hardware));
  const known = new Set(local.map(({ id }) => id));
  const missing = catalogue
    .filter(({ id }) => !known.has(id))
    .map((entry): ModelChoice => {
      const fit = fitOf(entry, hardware);
      return {
        id: entry.id,
        title: entry.title,
        origin: 'catalogue',
        path: null,
        fileBytes: entry.fileBytes,
        partBytes: 0,
        license: entry.license,
        detail: line(weightsOf(entry), fit.kind === 'too-large' ? '' : fit.reason, entry.licenseNote),
        problem: fit.kind === 'too-large' ? fit.reason : '',
        recommended: false,
        current: false,
      };
    });
  const advisedId = advised.kind === 'catalogue' ? advised.entry.id : 'bundled';
  const finish = async (model: ModelChoice): Promise<ModelChoice> => ({
    ...model,
    partBytes: await library.partBytes(model.id),
    recommended: model.id === advisedId,
  });
  return {
    models: await Promise.all([...here, ...missing, ...(await library.unfinished()).map(begun)].map(finish)),
    recommendation: advised.reason,
    diskUseBytes: await library.diskUseBytes(),
  };
}

/** On the hub, and partly downloaded: choosing it resumes the download. */
function begun({ id }: HubModel): ModelChoice {
  return {
    id,
    title: id,
    origin: 'catalogue',
    path: null,
    fileBytes: 0,
    partBytes: 0,
    license: '',
    detail: '',
    problem: '',
    recommended: false,
    current: false,
  };
}

function localChoice(model: LocalModel, currentPath: string, hardware: Hardware): ModelChoice {
  const entry = catalogue.find(({ id }) => id === model.id);
  const expected = model.origin === 'bundled' ? BUNDLED_USE : entry ? fitOf(entry, hardware).reason : sizeOf(model);
  return {
    id: model.id,
    title: titleOf(model, entry),
    origin: model.origin,
    path: model.path,
    fileBytes: model.fileBytes,
    partBytes: 0,
    license: entry?.license ?? model.summary?.license ?? '',
    detail: model.summary ? line(weightsIn(model.summary, entry), expected) : '',
    problem: model.problem,
    recommended: false,
    current: model.path === currentPath,
  };
}

/** As the panel calls it, where it is no download. */
function titleOf({ id, origin, summary }: LocalModel, entry: CatalogueEntry | undefined): string {
  return origin === 'bundled' || origin === 'file' ? (summary?.name ?? id) : (entry?.title ?? id);
}

function line(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('; ');
}

function weightsOf({ weightType, fim }: Pick<CatalogueEntry, 'weightType' | 'fim'>): string {
  return `${weightType}, ${fim === 'none' ? 'needs an adapter to fill in the middle' : 'fills in the middle'}`;
}

/** A local file states its weights; what it learned is in the catalogue, if that knows the file. */
function weightsIn(summary: ModelSummary, entry: CatalogueEntry | undefined): string {
  const { weightType, statesFillInTheMiddle, fillInTheMiddle } = summary;
  if (entry) return weightsOf({ weightType, fim: entry.fim });
  if (statesFillInTheMiddle) return `${weightType}, fills in the middle`;
  return `${weightType}, ${fillInTheMiddle ? 'fill-in-the-middle not stated' : 'does not fill in the middle'}`;
}

function sizeOf({ summary }: LocalModel): string {
  return summary ? `${summary.architecture}, ${(summary.parameters / 1e6).toFixed(0)} M parameters` : '';
}

export async function getModel(
  library: ModelLibrary,
  id: string,
  onProgress: (doneBytes: number, totalBytes: number) => void,
  signal: AbortSignal,
  proxy: ProxySettings,
): Promise<ModelAnswer> {
  const wanted = wantedModel(id);
  if (!wanted) return { kind: 'failed', message: `There is no model ${id} in the catalogue.` };
  const outcome = await library.get(wanted, { onProgress, signal, ...proxy });
  switch (outcome.kind) {
    case 'downloaded':
    case 'present':
      return usable(outcome.path);
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'failed':
      return { kind: 'failed', message: outcome.message };
  }
}

/** The hub has models of every kind. Unusable ones are kept: the list shows the problem, and can delete them. */
async function usable(path: string): Promise<ModelAnswer> {
  return inspectTrainable(path).then(
    () => ({ kind: 'ready', path }),
    (error: Error) => ({ kind: 'failed', message: `The model arrived but cannot be used: ${error.message}` }),
  );
}

/** Refuses the one in use: without its file, neither completions nor runs would start again. */
export async function removeModel(library: ModelLibrary, id: string, currentPath: string): Promise<ModelAnswer> {
  const inUse = (await library.list()).find(({ path }) => resolve(path) === resolve(currentPath));
  if (
    inUse?.origin === 'downloaded' &&
    [id, basename(id)].some((name) => [inUse.id, basename(inUse.path)].includes(name))
  )
    return {
      kind: 'failed',
      message: `${id} is the base model in use. Choose another base model first, then delete it.`,
    };
  const outcome = await library.remove(id);
  return outcome.kind === 'removed' ? outcome : { kind: 'failed', message: outcome.message };
}
