/** Preparing the base in use at a client's request: see `adapters/preparedBase.ts`. */
import { gainsByPreparing, preparedWith } from '../adapters/preparedBase.ts';
import type { DeviceChoice } from '../engine/types.ts';
import { isBundled } from '../models/bundled.ts';
import { inspectTrainable } from '../models/inspect.ts';
import type { Hardware } from '../models/recommend.ts';
import { Notifications, type PrepareOffer, type RepotuneState, type RequestHandlers } from '../protocol/index.ts';
import { isRunning, type TuneProgress } from '../protocol/tune.ts';
import type { Preparing } from '../runs/preparing.ts';
import { messageFor } from '../storage/fileErrors.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { LAYOUT_MINUTES, layoutMinutes, removeLayout, requireReplaceable } from '../tuning/layoutAdapters.ts';

export interface PrepareDependencies {
  modelPath(): string;
  device(): DeviceChoice;
  measure(signal: AbortSignal): Promise<Pick<Hardware, 'operationsPerSecond'>>;
  readonly preparing: Pick<Preparing, 'prepare'>;
  /** Ends unrequested training in the window's folders. */
  endBackground(): Promise<void>;
  /** Whether anything is training in one of them. */
  isTuning(): boolean;
  /** What is serving may have changed. */
  switched(): Promise<RepotuneState>;
}

export function prepareRequests({
  modelPath,
  device,
  measure,
  preparing,
  endBackground,
  isTuning,
  switched,
}: PrepareDependencies): Pick<RequestHandlers, 'prepareOffer' | 'prepare' | 'unprepare'> {
  const offer = async (signal: AbortSignal): Promise<PrepareOffer> => {
    const path = modelPath();
    if (isBundled(path))
      return {
        kind: 'none',
        message:
          'The bundled base was trained on this layout and needs no preparation. Choose a larger base model first.',
      };
    try {
      const model = await inspectTrainable(path);
      const completes = gainsByPreparing(model);
      if ((await preparedWith(path)) !== null) return { kind: 'prepared', completes };
      await requireReplaceable(await sha256OfModel(path));
      const mostMinutes = layoutMinutes(model, (await measure(signal)).operationsPerSecond);
      return { kind: 'offer', completes, minutes: LAYOUT_MINUTES, mostMinutes };
    } catch (error) {
      return { kind: 'none', message: messageFor(error) };
    }
  };
  return {
    prepareOffer: (_, { signal }) => offer(signal),
    prepare: async (_, { signal, tell }) => {
      // Unrequested runs make way for requested work.
      await endBackground();
      if (isTuning())
        return { kind: 'failed', message: 'A tune is running. Prepare the base when it has ended, or stop it first.' };
      try {
        const told = (progress: TuneProgress): void => tell(Notifications.prepareProgress, progressOf(progress));
        const made = await preparing.prepare(modelPath(), device(), told, signal);
        await switched();
        return { kind: made ? 'prepared' : 'cancelled' };
      } catch (error) {
        return signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', message: messageFor(error) };
      }
    },
    unprepare: async () => {
      await removeLayout(await sha256OfModel(modelPath()));
      return await switched();
    },
  };
}

function progressOf(run: TuneProgress): { readonly share: number; readonly message: string } {
  const share = isRunning(run) && run.steps > 0 ? Math.min(1, run.step / run.steps) : 0;
  return { share, message: run.message };
}
