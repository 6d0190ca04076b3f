/** `repotune models prepare`: see `adapters/preparedBase.ts`. With `--watched`, a window's server controls it over stdin and stdout. */
import { join } from 'node:path';
import { completes } from '../adapters/preparedBase.ts';
import { counted } from '../common/format.ts';
import { Brake } from '../engine/brake.ts';
import { createCompletionEngine, createTuneEngine } from '../engine/index.ts';
import type { DeviceChoice, ModelInfo } from '../engine/types.ts';
import { isBundled } from '../models/bundled.ts';
import { HardwareMeter } from '../models/hardware.ts';
import { inspectTrainable } from '../models/inspect.ts';
import { ServingOnce } from '../models/servingOnce.ts';
import type { TuneProgress } from '../protocol/tune.ts';
import { braked } from '../runs/braked.ts';
import { makeLayout } from '../runs/makeLayout.ts';
import { endUnrequestedBeside } from '../runs/makeWay.ts';
import { type FromRun, lines, toRun } from '../runs/runMessages.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { dataFolder } from '../storage/paths.ts';
import { TuneError } from '../tuning/errors.ts';
import {
  LAYOUT_MINUTES,
  type LayoutAdapter,
  layoutAdapter,
  layoutMinutes,
  removeLayout,
} from '../tuning/layoutAdapters.ts';
import { ProgressTracker } from '../tuning/progress.ts';
import { progressLine, quoted, StatusLine, say } from './terminal.ts';

export interface ToPrepare {
  readonly modelPath: string;
  readonly device: DeviceChoice;
  /** undefined: a few, or as many as this machine needs if those are too short. */
  readonly minutes: number | undefined;
  readonly anyway: boolean;
}

/** Minutes granted if the user names none. */
export interface UnaskedMinutes {
  readonly usual: number;
  /** If the usual minutes are too short to help: called only then. */
  longer(model: Pick<ModelInfo, 'parameters'>, device: DeviceChoice, signal: AbortSignal): Promise<number>;
}

const byThisMachine: UnaskedMinutes = {
  usual: LAYOUT_MINUTES,
  longer: async (model, device, signal) => layoutMinutes(model, await operationsPerSecond(device, signal)),
};

/** Returns the existing adapter, else makes one. Rejects with a message for the user. */
export async function prepareBase(
  { modelPath, device, minutes, anyway }: ToPrepare,
  onProgress: (snapshot: TuneProgress) => void,
  signal: AbortSignal,
  brake = new Brake(),
  unasked = byThisMachine,
): Promise<LayoutAdapter> {
  const model = await inspectTrainable(modelPath);
  const known = await layoutAdapter(await sha256OfModel(modelPath));
  if (known !== null) return known;
  await endUnrequestedBeside(null);
  const progress = new ProgressTracker('layout', '', Date.now, onProgress);
  progress.stage('loading', 'Loading the base model');
  const serving = new ServingOnce();
  try {
    const loaded = await serving.load(modelPath, device);
    brake.attach(loaded.engine);
    const make = (inMinutes: number, alsoTooShort: boolean): Promise<LayoutAdapter> =>
      makeLayout({
        serving: loaded,
        modelPath,
        minutes: inMinutes,
        device,
        anyway: alsoTooShort,
        createTuneEngine: () => braked(createTuneEngine(), brake),
        progress,
        signal,
      });
    if (minutes !== undefined) return await make(minutes, anyway);
    return await inEnoughMinutes(unasked.usual, make, () => unasked.longer(model, device, signal));
  } finally {
    await serving.dispose();
  }
}

/** Retries with `longer` minutes if the usual ones are refused as too short: then to the end, however long they turn out. */
export async function inEnoughMinutes<Made>(
  usual: number,
  make: (minutes: number, alsoTooShort: boolean) => Promise<Made>,
  longer: () => Promise<number>,
): Promise<Made> {
  try {
    return await make(usual, false);
  } catch (error) {
    if (!(error instanceof TuneError && error.tooShort)) throw error;
    return await make(await longer(), true);
  }
}

async function operationsPerSecond(device: DeviceChoice, signal: AbortSignal): Promise<number> {
  const keptSpeed = join(dataFolder(), 'speed.json');
  const meter = new HardwareMeter({ createEngine: () => createCompletionEngine(), keptSpeed });
  return (await meter.measure(device, signal)).operationsPerSecond;
}

export interface PrepareFlags extends ToPrepare {
  readonly remove: boolean;
  /** Run by the language server, which says when to hold. */
  readonly watched: boolean;
  readonly json: boolean;
}

export async function prepare(flags: PrepareFlags, signal: AbortSignal): Promise<number> {
  const { modelPath, remove, watched, json } = flags;
  if (remove) {
    const removed = await removeLayout(await sha256OfModel(modelPath));
    const said = removed ? 'The base is no longer prepared.' : 'The base was not prepared.';
    return say(json, { removed }, said);
  }
  if (isBundled(modelPath))
    throw new Error('The bundled base was trained on this layout and needs no preparation. Name another model.');
  if (watched) return await prepareWatched(flags, signal);
  const line = new StatusLine(process.stderr);
  try {
    const { steps, tokens, ref } = await prepareBase(flags, (snapshot) => line.show(progressLine(snapshot)), signal);
    line.clear();
    const learned = `${tokens.toLocaleString('en')} tokens in ${counted(steps, 'step')}`;
    const worth = completes(ref)
      ? 'and completes wherever no adapter of a repository does'
      : 'for reports, which now tell what is knowledge of the repository; it completes alone, which it does well as Repotune asks it';
    const said = `The base is prepared (${learned}) ${worth}. To undo it: repotune models prepare ${quoted(modelPath)} --remove`;
    return say(json, { steps, tokens }, said);
  } finally {
    line.clear();
  }
}

/** Ends with its window's server: nobody else could hold it while somebody types. */
async function prepareWatched(flags: PrepareFlags, signal: AbortSignal): Promise<number> {
  const brake = new Brake();
  const stopped = new AbortController();
  const either = AbortSignal.any([signal, stopped.signal]);
  // A process that is held cannot answer, and so could not end.
  either.addEventListener('abort', () => brake.release(), { once: true });
  const receive = lines(toRun, (message) => {
    if (message.kind === 'hold') brake.set('window', message.held);
    if (message.kind === 'stop') stopped.abort();
  });
  process.stdin.setEncoding('utf8').on('data', receive);
  process.stdin.on('end', () => stopped.abort());
  const tell = (message: FromRun): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
  try {
    await prepareBase(flags, (progress) => tell({ kind: 'progress', progress, paused: null }), either, brake);
    return 0;
  } catch (error) {
    if (either.aborted) return 130;
    throw error;
  } finally {
    process.stdin.destroy();
  }
}
