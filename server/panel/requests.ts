/**
 * The side panel's requests other than tuning, completing and a folder's adapters: what a tune would learn, base models, backends, the
 * doctor.
 */
import type { DeviceChoice } from '../engine/types.ts';
import { inspectModel } from '../models/inspect.ts';
import type { ModelLibrary } from '../models/library.ts';
import type { Hardware } from '../models/recommend.ts';
import { type Asking, Notifications, type Preset, type RequestHandlers, type TunePreview } from '../protocol/index.ts';
import { planPresets } from '../tuning/presets.ts';
import { baseOffer } from './baseOffer.ts';
import { doctorReport } from './doctor.ts';
import { getModel, modelChoices, removeModel } from './models.ts';

/** Minimum interval between progress messages of a download. */
const QUIET_MS = 250;

type PanelRequests = Pick<
  RequestHandlers,
  | 'preview'
  | 'models'
  | 'baseOffer'
  | 'hubFiles'
  | 'getModel'
  | 'removeModel'
  | 'backendOffer'
  | 'getBackend'
  | 'doctor'
>;

export interface PanelDependencies {
  /** Path of the folder that a request names, else of the chosen one. @throws with a message for the user. */
  folderOf(asked: string | undefined): string;
  /** Path; null in a window without folders. */
  chosenFolder(): string | null;
  modelPath(): string;
  device(): DeviceChoice;
  /** Minutes of a run on a base of that many parameters, from its preset or the settings. */
  tuneMinutes(preset: Preset | undefined, parameters: number): number;
  /** What a tune would learn. */
  preview(folder: string, signal: AbortSignal): Promise<Omit<TunePreview, 'presets'>>;
  /** How fast this machine is and how much memory its GPUs have; independent of what is serving. */
  measure(signal: AbortSignal): Promise<Hardware>;
  readonly library: ModelLibrary;
  /** The command line's script. */
  readonly commandLine: string;
}

/** Downloads are imported on demand: the code is large, and rarely needed. */
export function panelRequests(parts: PanelDependencies): PanelRequests {
  const { folderOf, chosenFolder, modelPath, device, tuneMinutes, preview, measure, library, commandLine } = parts;
  return {
    preview: async ({ folder: asked }, { signal }) => {
      const folder = folderOf(asked);
      const [mined, base] = await Promise.all([preview(folder, signal), inspectModel(modelPath())]);
      return { ...mined, presets: planPresets(base) };
    },
    baseOffer: ({ preset }, { signal }) =>
      baseOffer({
        library,
        modelPath: modelPath(),
        minutes: (parameters) => tuneMinutes(preset, parameters),
        measure: () => measure(signal),
      }),
    models: async (_, { signal }) => modelChoices(library, await measure(signal), modelPath()),
    hubFiles: async ({ repository, ...proxy }, { signal }) => {
      const { hubFiles } = await import('../models/hubFiles.ts');
      return hubFiles(repository, { signal, ...proxy });
    },
    getModel: ({ id, ...proxy }, { signal, tell }) => getModel(library, id, downloadProgress(id, tell), signal, proxy),
    removeModel: ({ id }) => removeModel(library, id, modelPath()),
    backendOffer: async ({ backend }) => {
      const { backendOffer } = await import('./backends.ts');
      return backendOffer(backend);
    },
    getBackend: async ({ backend, ...proxy }, { signal, tell }) => {
      const { getBackend } = await import('./backends.ts');
      return getBackend(backend, downloadProgress(backend, tell), signal, proxy);
    },
    doctor: async ({ folder }, { signal }) =>
      doctorReport(
        commandLine,
        { folder: folder === undefined ? chosenFolder() : folderOf(folder), modelPath: modelPath(), device: device() },
        signal,
      ),
  };
}

/** Reports a download's progress to the client: a few times a second, and always at completion. */
function downloadProgress(id: string, tell: Asking['tell']): (doneBytes: number, totalBytes: number) => void {
  let toldAtMs = 0;
  return (doneBytes, totalBytes) => {
    const nowMs = performance.now();
    if (nowMs - toldAtMs < QUIET_MS && doneBytes < totalBytes) return;
    toldAtMs = nowMs;
    tell(Notifications.downloadProgress, { id, doneBytes, totalBytes });
  };
}
